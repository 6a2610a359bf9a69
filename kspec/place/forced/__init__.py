"""Is an invariant true in every placement, only in some, or in none?

    for found in forced(design, problem, placement, budget=30):     # a Forced or an Unsaid for each invariant

An invariant is read by the reader of `kspec verify`, for a cluster in which every pod has its node and is ready and
nothing has befallen a node. Its opposite is asked for together with the rules of the placement: where nothing satisfies
both, it is true wherever the scheduler may put the pods; else a placement is found in which it is not, and judged pod
by pod before it is shown.
"""

from kspec.place.forced.answer import Example, Extent, Forced, How, Never, Unfit, Unsaid
from kspec.place.forced.ask import forced

__all__ = ["Example", "Extent", "Forced", "How", "Never", "Unfit", "Unsaid", "forced"]
