"""Static types: what every expression is before anything is evaluated, also where evaluation never comes."""

from kspec.elaborate.types.check import check_types

__all__ = ["check_types"]
