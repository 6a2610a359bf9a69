"""What a change can do to a cluster: the findings of `kspec diff`."""

from __future__ import annotations

from kspec.source.diagnostic import Rule, Severity

RESTART = Rule(
    "KS8001",
    "pods-restart",
    Severity.INFO,
    "a change replaces running pods",
    """The pod template differs, so the controller replaces the pods, as its strategy says. Fields outside of the
template (replicas, the strategy itself, labels of the workload) are updated in place and replace nothing.""",
)

NOT_SEEN = Rule(
    "KS8002",
    "change-not-seen",
    Severity.WARNING,
    "a change that running pods do not see",
    """A ConfigMap or Secret reaches environment variables and subPath mounts only when a container starts; a
StatefulSet or DaemonSet with updateStrategy OnDelete replaces no pod by itself; below its partition a StatefulSet keeps
the old pods, and so does a paused Deployment; a ReplicaSet never replaces pods. Put a digest of the configuration into
an annotation of the template, or restart the pods.""",
)

ALL_AT_ONCE = Rule(
    "KS8003",
    "all-at-once",
    Severity.WARNING,
    "a change takes all pods of a workload at the same time",
    """With strategy Recreate, or with room for none to stay, nobody serves while the pods are replaced. Named only
where a Service sends to the pods.""",
)

WEAKER_BUDGET = Rule(
    "KS8004",
    "weaker-budget",
    Severity.WARNING,
    "a drain may take more pods than before",
    """A PodDisruptionBudget is gone, covers the pods no longer, or keeps fewer of them. Counted at the number of
replicas after the change; percentages round up.""",
)

TAKEN_ALONG = Rule(
    "KS8005",
    "taken-along",
    Severity.WARNING,
    "what is removed takes other things with it",
    """Deleting a Namespace deletes everything in it; deleting a CustomResourceDefinition deletes all objects of its
kind; deleting a claim deletes the disk, unless its class or volume retains it. That an object is gone from the files
deletes it only where somebody prunes: `kubectl apply --prune`, Argo CD, Flux.""",
)

STUCK = Rule(
    "KS8007",
    "rollout-stuck",
    Severity.ERROR,
    "a change begins a rollout that can not finish",
    """Found by model checking, on the nodes of the new design: from the settled cluster, with the workload's template
changed, the controllers come to a state in which nothing moves and the new pods are not there. The finding tells the
shortest such story.""",
)

NO_ROOM = Rule(
    "KS8006",
    "no-longer-fits",
    Severity.ERROR,
    "what could be placed before can not be placed any more",
    """Decided exactly, with Z3, for the design before and after. See KS4011 and `kspec place`.""",
)

EXPAND = Rule(
    "KS7004",
    "expand-not-allowed",
    Severity.WARNING,
    "a claim is to grow, and its class does not allow that",
    """The API server refuses a larger request unless the claim's StorageClass says `allowVolumeExpansion: true`. Found
by `kspec diff`, which knows the size before.""",
)
