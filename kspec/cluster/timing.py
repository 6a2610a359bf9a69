"""How long things take in the simulated control plane, in seconds.

The figures are those of a small idle cluster with one etcd. They decide which changes a controller sees together, and
who wins a race: a rollout whose ReplicaSet tells its status at the same moment loses the write and comes back later,
and by then more pods are ready. They were fitted to 63 recordings; others within half as much again change how many
changes are seen one by one, and what is decided in one recording out of 63.
"""

WRITE = 0.007
"""From a component's request to the moment when the change is stored."""
CHECK = 0.002
"""Until a stale version is noticed; a change that is not stale takes as much longer."""
ADMIT = 0.008
"""How much longer it takes to let a new pod in."""
REPLY = 0.004
"""From there to the answer."""
READ = 0.005
"""A read past the cache."""
WATCH = 0.001
"""From the stored change to the caches of those who watch."""
SCHEDULE = 0.001
"""One scheduling cycle."""
EVENT = 0.002
"""From an event's making to its request; events are written by a component one after the other."""
