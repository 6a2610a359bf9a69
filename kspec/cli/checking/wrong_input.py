"""Which findings mean that the input itself is wrong (exit code 2), rather than what it describes."""

from __future__ import annotations

from kspec.elaborate import rules as elaboration
from kspec.source import rules as reading
from kspec.source.diagnostic import Diagnostic

_UNREADABLE = (reading.SYNTAX, reading.UNREADABLE_INPUT)
_MEANINGLESS = tuple(r for r in elaboration.RULES if r is not elaboration.DUPLICATE)
"""Mistakes in kspec text that leave it without a meaning. Two objects of one name are a finding like any other."""


def is_wrong_input(diagnostic: Diagnostic) -> bool:
    """Whether a finding says that a text could not be read or understood."""
    return diagnostic.is_error and diagnostic.rule in (*_UNREADABLE, *_MEANINGLESS)
