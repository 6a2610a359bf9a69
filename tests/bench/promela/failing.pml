/* Pods that are never ready are drained all the same with AlwaysAllow (models/designs/faults/B07, fixed). */
#ifndef N
#define N 3
#endif
#ifndef R
#define R 2
#endif
#define SLOTS (R + 2)
mtype = { none, pending, starting, notready, terminating };
mtype phase[SLOTS]; byte node[SLOTS]; bool cordoned[N]; bool drained_one = false;

inline count_active(n) { n = 0; for (k : 0 .. SLOTS - 1) { if :: phase[k] != none && phase[k] != terminating -> n++ :: else fi } }
inline count_ready(n) { n = 0; for (k : 0 .. SLOTS - 1) { if :: phase[k] == notready -> n++ :: else fi } }

active proctype cluster() {
  byte i, k, m, n;
  /* wherever the scheduler put them */
  for (i : 0 .. R - 1) { select(m : 0 .. N - 1); phase[i] = notready; node[i] = m }
  atomic { i = 0; k = 0; m = 0 }
  do
  :: atomic { !drained_one -> select(m : 0 .. N - 1); cordoned[m] = true; drained_one = true; m = 0 }
  /* eviction asks the budget */
  :: atomic { select(i : 0 .. SLOTS - 1); count_ready(n);
       if :: (phase[i] == notready || phase[i] == starting) && cordoned[node[i]] -> phase[i] = terminating :: else fi; i = 0; k = 0; n = 0 }
  /* replica set */
  :: atomic { count_active(n);
       if :: n < R -> for (k : 0 .. SLOTS - 1) { if :: phase[k] == none -> phase[k] = pending; node[k] = 0; break :: else fi } :: else fi; n = 0; k = 0 }
  /* scheduler */
  :: atomic { select(i : 0 .. SLOTS - 1); select(m : 0 .. N - 1);
       if :: phase[i] == pending && !cordoned[m] -> phase[i] = starting; node[i] = m :: else fi; i = 0; m = 0 }
  /* kubelets */
  :: atomic { select(i : 0 .. SLOTS - 1);
       if :: phase[i] == starting -> phase[i] = notready
          :: phase[i] == terminating -> phase[i] = none; node[i] = 0
          :: else fi; i = 0 }
  od
}
