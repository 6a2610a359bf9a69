"""Long lists of plain words, written as text."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    """The words of a text, in order: a table of names that reads like one."""
    return tuple(text.split())
