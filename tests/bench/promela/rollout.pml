/* A rollout of a Deployment with one pod a node: surge 0, one unavailable (models/designs/faults/B01, fixed).
   Pods are slots: as a user of SPIN writes it, one process of guarded atomic steps per controller. */
#ifndef N
#define N 3
#endif
#undef R
#define R N
#define SLOTS (R + 2)
mtype = { none, pending, starting, ready, terminating };
mtype phase[SLOTS]; byte node[SLOTS]; byte rev[SLOTS];
byte spec[3]; byte want = 1; bool rolled = false;

inline count_active(r, n) { n = 0; for (k : 0 .. SLOTS - 1) { if :: phase[k] != none && phase[k] != terminating && rev[k] == r -> n++ :: else fi } }
inline count_ready(n) { n = 0; for (k : 0 .. SLOTS - 1) { if :: phase[k] == ready -> n++ :: else fi } }
inline free_node(m, ok) { ok = true; for (k : 0 .. SLOTS - 1) { if :: phase[k] != none && phase[k] != pending && node[k] == m -> ok = false :: else fi } }

active proctype cluster() {
  byte i, k, m, n, a; bool ok;
  d_step { for (i : 0 .. R - 1) { phase[i] = ready; node[i] = i; rev[i] = 1 } spec[1] = R; i = 0; k = 0; }
  do
  :: atomic { !rolled -> rolled = true; want = 2 }
  /* deployment: down to R - 1, then up to R */
  :: atomic { want == 2 && spec[2] < R && spec[1] + spec[2] < R -> spec[2] = R - spec[1] }
  :: atomic { want == 2 && spec[1] > 0 ->
       count_ready(n);
       if :: n > R - 1 && spec[1] + spec[2] >= R -> spec[1]-- :: else fi; n = 0; k = 0 }
  /* replica sets */
  :: atomic { select(i : 1 .. 2) ; count_active(i, a);
       if
       :: a < spec[i] -> for (k : 0 .. SLOTS - 1) { if :: phase[k] == none -> phase[k] = pending; rev[k] = i; node[k] = 0; break :: else fi }
       :: a > spec[i] -> select(m : 0 .. SLOTS - 1); if :: phase[m] == pending && rev[m] == i -> phase[m] = none; node[m] = 0; rev[m] = 0
                                                     :: (phase[m] == starting || phase[m] == ready) && rev[m] == i -> phase[m] = terminating
                                                     :: else fi
       :: else fi; a = 0; i = 0; k = 0; m = 0 }
  /* scheduler */
  :: atomic { select(i : 0 .. SLOTS - 1); select(m : 0 .. N - 1); free_node(m, ok);
       if :: phase[i] == pending && ok -> phase[i] = starting; node[i] = m :: else fi; i = 0; m = 0; k = 0; ok = false }
  /* kubelets */
  :: atomic { select(i : 0 .. SLOTS - 1);
       if :: phase[i] == starting -> phase[i] = ready
          :: phase[i] == terminating -> phase[i] = none; node[i] = 0; rev[i] = 0
          :: else fi; i = 0 }
  od
}
