"""The syntax tree of CEL, and the parser.

Upstream: the parser rules of cel-go's parser/gen/CEL.g4. The first syntax error ends the parsing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from kspec.api.cel.literals import Constant, constant
from kspec.api.cel.tokens import Fault, Sort, Token

DEPTH = 250


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant; its type is `int`, `uint`, `double`, `string`, `bytes`, `bool` or `null`."""

    type: str
    value: Constant
    at: int


@dataclass(frozen=True, slots=True)
class Name:
    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Select:
    """A field; `optional` where it is asked for with `.?`."""

    of: Node
    field: str
    at: int
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A function, method or operator (`_+_`); `at` is its parenthesis or operator."""

    name: str
    target: Node | None
    args: tuple[Node, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Many:
    """A list, map or message: its type, and all that stands in it (in a map, keys and values by turns).

    `optional` are the positions of the entries written with `?`, which are left out where they have no value.
    """

    type: str
    items: tuple[Node, ...]
    at: int
    optional: frozenset[int] = frozenset()


Node: TypeAlias = Literal | Name | Select | Call | Many


def children(node: Node) -> tuple[Node, ...]:
    """The parts of an expression."""
    match node:
        case Select(of):
            return (of,)
        case Call(_, target, args):
            return args if target is None else (target, *args)
        case Many(_, items):
            return items
        case _:
            return ()


_START = (
    "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"
)
_RELATIONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in"})
_LITERALS = {
    Sort.FLOAT: "double",
    Sort.INT: "int",
    Sort.UINT: "uint",
    Sort.STRING: "string",
    Sort.BYTES: "bytes",
}


_TOO_DEEP = Fault(-1, f"expression recursion limit exceeded: {DEPTH}")


class Wrong(Exception):
    """Ends the parsing."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


@dataclass
class Parser:
    """A recursive descent over the tokens."""

    tokens: list[Token]
    position: int = 0
    depth: int = field(default=0)

    def parse(self) -> Node:
        """The whole expression. Raises `Wrong`."""
        try:
            node = self._expression()
        except RecursionError:
            raise Wrong(_TOO_DEEP) from None
        if self._now.sort is not Sort.END:
            following = self.tokens[self.position + 1].sort
            how = "extraneous" if following is Sort.END else "mismatched"
            raise self._wrong(f"{how} input '{self._now.text}' expecting <EOF>")
        return node

    @property
    def _now(self) -> Token:
        return self.tokens[self.position]

    def _next(self) -> Token:
        token = self._now
        if token.sort is not Sort.END:
            self.position += 1
        return token

    def _at(self, *symbols: str) -> bool:
        return self._now.sort in (Sort.SYMBOL, Sort.WORD) and self._now.text in symbols

    def _expect(self, symbol: str) -> Token:
        if self._at(symbol):
            return self._next()
        if self._now.sort is Sort.END and symbol in ")]}":
            raise self._wrong(f"missing '{symbol}' at '<EOF>'")
        raise self._wrong(f"mismatched input '{self._now.text}' expecting '{symbol}'")

    def _wrong(self, message: str) -> Wrong:
        return Wrong(Fault(self._now.at, f"Syntax error: {message}"))

    def _expression(self) -> Node:
        self.depth += 1
        if self.depth > DEPTH:
            raise Wrong(_TOO_DEEP)
        node = self._or()
        if self._at("?"):
            at = self._next().at
            yes = self._or()
            self._expect(":")
            node = Call("_?_:_", None, (node, yes, self._expression()), at)
        self.depth -= 1
        return node

    def _or(self) -> Node:
        return self._left(self._and, "||")

    def _and(self) -> Node:
        return self._left(self._relation, "&&")

    def _relation(self) -> Node:
        return self._left(self._sum, *_RELATIONS)

    def _sum(self) -> Node:
        return self._left(self._product, "+", "-")

    def _product(self) -> Node:
        return self._left(self._unary, "*", "/", "%")

    def _left(self, operand: Callable[[], Node], *symbols: str) -> Node:
        node = operand()
        while self._at(*symbols):
            token = self._next()
            name = "@in" if token.text == "in" else f"_{token.text}_"
            node = Call(name, None, (node, operand()), token.at)
        return node

    def _unary(self) -> Node:
        if not self._at("!", "-"):
            return self._member()
        token, times = self._next(), 1
        while self._at(token.text):
            self._next()
            times += 1
        negative = token.text == "-" and self._now.sort in (Sort.INT, Sort.FLOAT)
        node = self._member(negative)
        if (times - negative) % 2:
            return Call("!_" if token.text == "!" else "-_", None, (node,), token.at)
        return node

    def _member(self, negative: bool = False) -> Node:
        node = self._primary(negative)
        while self._at(".", "["):
            token, optional = self._next(), self._asks()
            if token.text == "[":
                index = self._expression()
                self._expect("]")
                node = Call("_[?_]" if optional else "_[_]", None, (node, index), token.at)
                continue
            node = self._selection(node, token, optional)
        return node

    def _asks(self) -> bool:
        """Whether a `?` stands here, which is read."""
        asks = self._at("?")
        if asks:
            self._next()
        return asks

    def _selection(self, node: Node, dot: Token, optional: bool) -> Node:
        if self._now.sort not in (Sort.IDENTIFIER, Sort.QUOTED):
            shown = self._now.text
            if self._now.sort is Sort.END:
                raise self._wrong("mismatched input '<EOF>' expecting {ESC_IDENTIFIER, IDENTIFIER}")
            raise self._wrong(f"no viable alternative at input '.{shown}'")
        name = self._next().text.strip("`")
        if self._at("("):
            at = self._next().at
            return Call(name, node, self._arguments(")"), at)
        return Select(node, name, dot.at, optional)

    def _arguments(self, close: str) -> tuple[Node, ...]:
        found: list[Node] = []
        if not self._at(close):
            found.append(self._expression())
            while self._at(","):
                self._next()
                found.append(self._expression())
        self._expect(close)
        return tuple(found)

    def _primary(self, negative: bool = False) -> Node:
        token = self._now
        if token.sort in _LITERALS or self._at("true", "false", "null"):
            self._next()
            named = "null" if token.text == "null" else "bool"
            try:
                value = constant(token, negative)
            except ValueError as error:
                raise Wrong(Fault(token.at, str(error))) from None
            return Literal(_LITERALS.get(token.sort, named), value, token.at)
        if self._at("("):
            self._next()
            node = self._expression()
            self._expect(")")
            return node
        if self._at("["):
            return self._list()
        if self._at("{"):
            return self._map("map", self._next())
        dotted = self._at(".")
        if dotted:
            self._next()
        if self._now.sort is Sort.IDENTIFIER:
            return self._name()
        raise self._wrong(f"mismatched input '{self._now.text}' expecting {'IDENTIFIER' if dotted else _START}")

    def _name(self) -> Node:
        token = self._next()
        if self._at("("):
            at = self._next().at
            return Call(token.text, None, self._arguments(")"), at)
        if self._at("{"):
            self._next()
            return self._map(token.text, token)
        return Name(token.text, token.at)

    def _list(self) -> Node:
        token = self._next()
        items: list[Node] = []
        optional: set[int] = set()
        while not self._at("]"):
            if self._asks():
                optional.add(len(items))
            items.append(self._expression())
            if not self._at(","):
                break
            self._next()
        self._expect("]")
        return Many("list", tuple(items), token.at, frozenset(optional))

    def _map(self, name: str, token: Token) -> Node:
        items: list[Node] = []
        optional: set[int] = set()
        while not self._at("}"):
            if self._asks():
                optional.add(len(items))
            key = self._expression()
            self._expect(":")
            items += [key, self._expression()] if name == "map" else [self._expression()]
            if not self._at(","):
                break
            self._next()
        self._expect("}")
        return Many("map" if name == "map" else "message", tuple(items), token.at, frozenset(optional))
