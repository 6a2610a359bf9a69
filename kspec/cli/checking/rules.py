"""The rules that need solving or model checking: what they assume is on their pages."""

from __future__ import annotations

from kspec.source.diagnostic import Rule, Severity

UNSCHEDULABLE = Rule(
    "KS4011",
    "unschedulable",
    Severity.ERROR,
    "there is no placement at all",
    """Decided exactly, with Z3: however the pods are distributed, some requirement is broken. The finding names a set
of requirements that can not hold together, and repairs that were tried. Assumed: the nodes of the design and nothing
else on them; pools at any size of their range; autoscaled workloads as declared. See `kspec place`.""",
)

HPA_CAPACITY = Rule(
    "KS4017",
    "hpa-max-capacity",
    Severity.WARNING,
    "the cluster can not hold all autoscalers at their limits",
    """Decided exactly, with Z3, with every autoscaled workload at its maxReplicas at the same time and pools at any
size of their range. A peak that all workloads share ends in pods that are Pending.""",
)

ZONE_LOSS = Rule(
    "KS4018",
    "zone-loss-capacity",
    Severity.WARNING,
    "after the loss of a zone the rest does not fit",
    """Decided exactly, with Z3, for each zone of the design: all its nodes are taken away, pools of other zones may
grow inside their range, and all pods that ran must run somewhere. Workloads as declared.""",
)

DRAIN = Rule(
    "KS4019",
    "drain-capacity",
    Severity.WARNING,
    "after the drain of a node its pods do not fit elsewhere",
    """Decided exactly, with Z3, for one node of each kind: it is taken away, pools may grow inside their range, and all
pods must run on the others. Workloads as declared. A drain then waits until someone adds a node.""",
)

WASTE = Rule(
    "KS4027",
    "waste",
    Severity.OFF,
    "fewer nodes would do",
    """Decided with Z3: the least number of nodes on which everything can be placed, as declared, and the number there
is at the least. Asked where the design has pools, whose size is its own to choose. On in the profile `cost`; leave
headroom for rollouts, lost zones and peaks on purpose (KS4017, KS4018, KS4019).""",
)

VIOLATED = Rule(
    "KS9001",
    "invariant-violated",
    Severity.ERROR,
    "an invariant does not hold",
    """The finding tells the shortest story in which it breaks, step by step; each story was replayed on the unreduced
model. What is assumed of the components is in `models/`; see `kspec verify`.""",
)

NOT_REACHED = Rule(
    "KS9002",
    "liveness-violated",
    Severity.ERROR,
    "a goal is not reached for ever",
    """The components can get stuck short of the goal, or go round in a loop. The finding tells the story; a step of
the environment (a user, a lost node, the clock) is never forced to happen.""",
)

UNDECIDED = Rule(
    "KS9004",
    "unknown-bound",
    Severity.WARNING,
    "a question that was not decided within the budget",
    """Neither a proof nor a counterexample was found in time: this is not a pass. Raise `--budget`, narrow the ranges
of the design, or bound the disturbances. The exit code is 3 where nothing worse was found.""",
)

VACUOUS = Rule(
    "KS9005",
    "vacuous",
    Severity.WARNING,
    "a property that is about nothing",
    """It holds because its premise never happens, what it counts is empty, or an action it depends on never fires. That
is no proof of anything; often a selector or a name is wrong.""",
)

SCENARIO = Rule(
    "KS9006",
    "scenario-failed",
    Severity.ERROR,
    "a scenario does not come about as written",
    """Each scenario is played on the design's cluster once that has settled, in every course that its choices allow. An
expectation did not hold at its moment, an event can not happen there, or a state that is waited for never comes. A
scenario shows one run of the components; see `kspec test` for the trace and `kspec verify` for all runs.""",
)

ROLLOUT_DEADLOCK = Rule(
    "KS9101",
    "rollout-deadlock",
    Severity.WARNING,
    "a rollout can get stuck, or go round, before it is finished",
    """Every workload is asked whether a rollout of a new pod template completes from a settled cluster: quotas without
room for the surge pod, one pod a node and no spare node, a budget of nothing unavailable, a volume that two pods want.
The story ends where nothing moves any more. Assumed: no autoscaler adds nodes beyond the pool's range, images run.""",
)

DRAIN_DEADLOCK = Rule(
    "KS9102",
    "drain-deadlock",
    Severity.WARNING,
    "a drain of some node can get stuck",
    """Every node is drained, as `kubectl drain` does it: cordoned, then its pods are evicted, again and again. Budgets
that never allow an eviction, and pods that fit nowhere else while a budget waits for them, hold it up for ever.""",
)

AVAILABILITY_DIP = Rule(
    "KS9104",
    "availability-dip",
    Severity.WARNING,
    "a rollout or a drain can leave nobody serving, or a budget unmet",
    """Asked of each Deployment of two or more replicas while it is rolled out, of each Service with two or more pods
while any node is drained, and of each PodDisruptionBudget while any node is drained.""",
)

CONTROLLER_FIGHT = Rule(
    "KS9109",
    "controller-fight",
    Severity.WARNING,
    "the cluster does not come to rest: controllers undo each other's work",
    """With nothing happening from outside, some controllers go round for ever: two of them set one field (an autoscaler
and GitOps, two autoscalers), the descheduler evicts what the scheduler puts back, a pod is created where a taint evicts
it.""",
)

FINALIZER_STUCK = Rule(
    "KS9117",
    "finalizer-stuck",
    Severity.WARNING,
    "a namespace can not be deleted for good",
    """After `kubectl delete namespace` something in it never goes: an object whose finalizer nobody removes any more,
often because the operator that would was deleted with the namespace.""",
)

NO_RECOVERY = Rule(
    "KS9123",
    "no-recovery",
    Severity.INFO,
    "after the loss of one node a workload does not get all its pods back",
    """Every Deployment and StatefulSet is asked whether all its pods are ready again some time after any one node stops
answering: without room or without a node that suits they wait, and a StatefulSet's pod waits for the node itself.""",
)

PLACED = (UNSCHEDULABLE, HPA_CAPACITY, ZONE_LOSS, DRAIN, WASTE)
PROVED = (VIOLATED, NOT_REACHED, UNDECIDED, VACUOUS)
PLAYED = (SCENARIO,)
LIBRARY = (ROLLOUT_DEADLOCK, DRAIN_DEADLOCK, AVAILABILITY_DIP, CONTROLLER_FIGHT, FINALIZER_STUCK, NO_RECOVERY)
RULES = PLACED + PROVED + LIBRARY + PLAYED
SOLVED = frozenset(r.id for r in RULES)
