"""What the builders share: the file, names, numbers, attributes."""

from __future__ import annotations

from typing import Any

from kspec.syntax import nodes as n
from kspec.syntax.build import checks
from kspec.syntax.build.strings import unquoted
from kspec.syntax.recovery.mistake import Mistake
from kspec.syntax.tokens import Token


class Words:
    """Nodes that are one token."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.mistakes: list[Mistake] = []
        self.names: set[str] = set()
        self.truths: set[str] = set()
        self.foreign: frozenset[str] = frozenset()

    def key(self, token: Token) -> n.Key:
        """A name, or a quoted key without its quotes."""
        span = token.span(self.file)
        if token.type == "STRING":
            return n.Key(unquoted(token), quoted=True, span=span)
        return n.Key(token.text, span=span)

    def declared(self, token: Token) -> n.Key:
        """The name that a declaration introduces."""
        key = self.key(token)
        self.names.add(key.text)
        self.note(checks.taken_name(key.text, key.span))
        return key

    def assigned(self, value: n.Expr) -> n.Expr:
        """The value of a field or an entry. A word that YAML takes for a truth value, and that the text never declares,
        is a mistake; which words those are shows only at the end of a text, so that it is built a second time then.
        """
        truth = checks.truth(value.text) if isinstance(value, n.Name) else None
        if truth is None or not isinstance(value, n.Name):
            return value
        self.truths.add(value.text)
        if value.text not in self.foreign:
            return value
        self.note(checks.foreign_truth(value.text, value.span))
        return n.Boolean(truth, span=value.span)

    def members(self, tokens: list[Token]) -> tuple[str, ...]:
        """The members of an enumeration without a name."""
        return tuple(self.declared(token).text for token in tokens)

    def note(self, mistake: Mistake | None) -> None:
        """Keep a mistake, if it is one."""
        if mistake is not None:
            self.mistakes.append(mistake)

    def amount_of(self, token: Token) -> n.Number:
        """A number with its suffix."""
        span = token.span(self.file)
        too_long = checks.long_number(token.text, span)
        self.note(too_long)
        return n.Number(token.text if too_long is None else "0", span=span)


def attrs_of(children: list[Any]) -> tuple[tuple[n.Attr, ...], list[Any]]:
    """Split off the leading `@attributes`."""
    count = 0
    while count < len(children) and isinstance(children[count], n.Attr):
        count += 1
    return tuple(children[:count]), children[count:]
