"""Better than any placement: fewest nodes, lowest cost, level loads, each with a bound that no placement beats."""

from kspec.place.goals.priority import most_important
from kspec.place.goals.pursue import in_order, pursue, pursue_all

__all__ = ["in_order", "most_important", "pursue", "pursue_all"]
