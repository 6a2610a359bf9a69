"""What would mend a conflict: changes that were tried, smallest first."""

from kspec.place.repair.mend import repairs

__all__ = ["repairs"]
