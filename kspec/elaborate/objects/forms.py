"""Short forms: words that stand for more than one field, or for a field with a longer path.

A form belongs to a word in a struct: `resources` in a Container, `target` in a ServiceSpec. The word `*` takes every
word that the struct itself does not have. What a form declines is looked up as a field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from kspec.elaborate.evaluate.scope import Scope
from kspec.elaborate.evaluate.values import Text, Value
from kspec.elaborate.objects.draft import Place
from kspec.source.text import Span
from kspec.syntax import nodes as n

if TYPE_CHECKING:
    from kspec.elaborate.objects.writer import Writer


@dataclass(frozen=True, slots=True)
class Entry:
    """What is written at a word: `word label: value`, `word label { items }`; a map as value does as well as a block.

    `flat` tells that it stands in the object itself, not in a block of the struct that has the form.
    """

    word: n.Key
    span: Span
    label: Text | None = None
    value: Value | None = None
    items: tuple[n.Item | n.Top, ...] | None = None
    scope: Scope | None = None
    flat: bool = False

    @property
    def head(self) -> Span:
        """The word and its label."""
        return self.word.span.to(self.label.span) if self.label is not None else self.word.span


Form: TypeAlias = "Callable[[Writer, Place, Entry], bool]"
"""Writes an entry at the place of its struct; False where the entry is none of its own."""

Forms: TypeAlias = Mapping[tuple[str, str], Form]
