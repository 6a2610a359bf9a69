"""How long things take in the simulated control plane, in seconds.

The figures are those of a small idle cluster with one etcd. They decide which changes a controller sees together.
"""

WRITE = 0.006
"""From a component's request to the moment when the change is stored."""
CHECK = 0.001
"""Until a stale version is noticed; a change that is not stale takes as much longer."""
ADMIT = 0.008
"""How much longer it takes to let a new pod in."""
REPLY = 0.002
"""From there to the answer."""
READ = 0.005
"""A read past the cache."""
WATCH = 0.0015
"""From the stored change to the caches of those who watch."""
SCHEDULE = 0.002
"""One scheduling cycle."""
EVENT = 0.004
"""From an event's making to its request; events are written by a component one after the other."""
