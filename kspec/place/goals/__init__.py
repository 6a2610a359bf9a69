"""Better than any placement: fewest nodes, lowest cost, level loads, each with a bound that no placement beats."""

from kspec.place.goals.pursue import pursue

__all__ = ["pursue"]
