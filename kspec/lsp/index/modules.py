"""What the instances of a module are about."""

from __future__ import annotations

from collections.abc import Iterable

from kspec.elaborate.evaluate.scope import Module
from kspec.syntax import nodes as n


def made_by(module: Module) -> list[str]:
    """The words of the objects that an instance makes under its own name; at least of one."""
    if module.define is None:
        return []
    body, named = module.define.body, {p.name.text for p in module.define.params if p.type.name == "Name"}
    blocks = [i for i in body if isinstance(i, n.Block) and i.label is not None]
    made = [i.word.text for i in blocks if i.label and isinstance(i.label.value, n.Key) and i.label.value.text in named]
    return made or [main_word(body)]


def main_word(body: Iterable[n.Node]) -> str:
    """The word of the object that the body of an instance is about: the first block of a module."""
    return next((i.word.text for i in body if isinstance(i, n.Block)), "")
