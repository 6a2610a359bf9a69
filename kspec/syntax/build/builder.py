"""The whole builder: for each rule of the grammar, the method of that name makes its node."""

from __future__ import annotations

from typing import Any

from lark import Tree
from lark.exceptions import UnexpectedInput

from kspec.syntax import nodes as n
from kspec.syntax.build.components import Components
from kspec.syntax.build.strings import UnclosedHole
from kspec.syntax.grammar import parser

# Rules whose method has another name, because theirs is a helper or a type here.
_RENAMED = {"key": "map_key", "list": "list_node", "map": "map_node"}


class HoleError(Exception):
    """A syntax error inside `${...}`, with the position of the hole in the file."""

    def __init__(self, error: UnexpectedInput | UnclosedHole, line: int, column: int) -> None:
        super().__init__(str(error))
        self.error, self.line, self.column = error, line, column


class Builder(Components):
    """Builds the nodes of one file, bottom up."""

    def build(self, tree: Tree[Any]) -> Any:
        """The node of a parse tree."""
        children = [self.build(c) if isinstance(c, Tree) else c for c in tree.children]
        return getattr(self, _RENAMED.get(tree.data, tree.data))(tree.meta, children)

    def parse_hole(self, source: str, line: int, column: int) -> n.Expr:
        """Parse an interpolated expression as if it stood at its place in the file."""
        padded = "\n" * (line - 1) + " " * (column - 1) + source
        try:
            tree = parser().parse(padded, start="expr")
        except UnexpectedInput as error:
            raise HoleError(error, line, column) from error
        result: n.Expr = self.build(tree)
        return result
