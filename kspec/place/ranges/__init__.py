"""The fewest nodes for every size that an autoscaler may choose.

    for found in ranges(problem, budget=30):     # a Range for each autoscaled workload, the others at their size

For every number of replicas between minReplicas and maxReplicas, how few nodes will do; and how few there have to be so
that every one of these sizes has a placement on the same nodes.
"""

from kspec.place.ranges.answer import Enough, Range, Size, Whole
from kspec.place.ranges.ask import ranges

__all__ = ["Enough", "Range", "Size", "Whole", "ranges"]
