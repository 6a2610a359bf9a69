"""The whole builder: Lark calls the method named like the rule."""

from __future__ import annotations

from typing import Any

from lark import Transformer, v_args
from lark.exceptions import UnexpectedInput

from kspec.syntax import nodes as n
from kspec.syntax.build.components import Components
from kspec.syntax.build.strings import UnclosedHole
from kspec.syntax.grammar import parser


class HoleError(Exception):
    """A syntax error inside `${...}`, with the position in the file."""

    def __init__(self, error: UnexpectedInput | UnclosedHole, line: int, column: int) -> None:
        super().__init__(str(error))
        self.error, self.line, self.column = error, line, column


@v_args(meta=True)
class Builder(Components, Transformer[Any, n.File]):
    """Builds the nodes of one file."""

    def __init__(self, file: str) -> None:
        Components.__init__(self, file)
        Transformer.__init__(self, visit_tokens=False)

    def key(self, *args: Any) -> Any:
        """Both the rule `key` (meta, children) and the helper for tokens (token)."""
        return super().name(*args) if len(args) == 2 else super().key(*args)

    def parse_hole(self, source: str, line: int, column: int) -> n.Expr:
        """Parse an interpolated expression as if it stood at its place in the file."""
        padded = "\n" * (line - 1) + " " * (column - 1) + source
        try:
            tree = parser().parse(padded, start="expr")
        except UnexpectedInput as error:
            raise HoleError(error, line, column) from error
        result: n.Expr = Builder(self.file).transform(tree) if hasattr(tree, "data") else tree
        return result
