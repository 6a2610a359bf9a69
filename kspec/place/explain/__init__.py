"""Telling a conflict: the requirements that cannot hold together, in the user's words, and what would mend it."""

from kspec.place.explain.conflict import Conflict, explain

__all__ = ["Conflict", "explain"]
