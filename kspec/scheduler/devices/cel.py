"""Evaluates the expressions that select devices.

The part of CEL that selectors use: logic, comparison, arithmetic, membership, text functions, quantities and versions.
Loops over lists are not evaluated; an expression with one, or one that fails on a device, does not select it.

Upstream: staging/src/k8s.io/dynamic-resource-allocation/cel/compile.go (v1.36).
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, total_ordering
from typing import Any

from kspec.api.cel.syntax import Call, Literal, Many, Name, Node, Parser, Select, Wrong
from kspec.api.cel.tokens import Sort, Token, tokens
from kspec.domain.quantity import Quantity


class Unselected(Exception):
    """The expression has no value for this device. Never leaves this module."""


@total_ordering
@dataclass(frozen=True, slots=True)
class Version:
    """A semantic version; a release is newer than its pre-releases."""

    core: tuple[int, ...]
    pre: tuple[str, ...] = ()

    @staticmethod
    def parse(text: str) -> Version:
        match = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+.*)?", text)
        if not match:
            raise Unselected
        pre = match[4].split(".") if match[4] else ()
        return Version(tuple(int(part) for part in match.group(1, 2, 3)), tuple(pre))

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Version):
            return NotImplemented
        return bool(self._key() < other._key())

    def _key(self) -> tuple[Any, ...]:
        parts = tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in self.pre)
        return self.core, not self.pre, parts


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression and the tokens its literals stand in."""

    root: Node
    literals: Mapping[int, Token]

    def selects(self, device: Mapping[str, Any]) -> bool:
        """Whether the expression is true of a device, given as `driver`, `attributes` and `capacity`."""
        try:
            return _Evaluation(self.literals, {"device": device}).value(self.root) is True
        except (Unselected, TypeError, KeyError, AttributeError, ArithmeticError, ValueError):
            return False


@cache
def parse(text: str) -> Expression | None:
    """The expression, or None where the text is none."""
    found, faults = tokens(text)
    if faults:
        return None
    try:
        return Expression(Parser(list(found)).parse(), {token.at: token for token in found})
    except Wrong:
        return None


_BINARY: Mapping[str, Callable[[Any, Any], Any]] = {
    "_==_": operator.eq,
    "_!=_": operator.ne,
    "_<_": operator.lt,
    "_<=_": operator.le,
    "_>_": operator.gt,
    "_>=_": operator.ge,
    "_+_": operator.add,
    "_-_": operator.sub,
    "_*_": operator.mul,
    "_/_": lambda a, b: int(a / b) if isinstance(a, int) and isinstance(b, int) else a / b,
    "@in": lambda a, b: a in b,
    "_[_]": operator.getitem,
}
_METHODS: Mapping[str, Callable[..., Any]] = {
    "contains": lambda text, part: part in text,
    "startsWith": lambda text, part: text.startswith(part),
    "endsWith": lambda text, part: text.endswith(part),
    "matches": lambda text, pattern: re.search(pattern, text) is not None,
    "lowerAscii": lambda text: text.lower(),
    "upperAscii": lambda text: text.upper(),
    "size": len,
    "compareTo": lambda a, b: (a > b) - (a < b),
    "isGreaterThan": operator.gt,
    "isLessThan": operator.lt,
    "asInteger": lambda amount: int(amount),
}
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "quantity": lambda text: Quantity.parse(text).amount,
    "semver": Version.parse,
    "size": len,
    "string": str,
    "int": int,
    "double": float,
    "bool": bool,
}


@dataclass(slots=True)
class _Evaluation:
    literals: Mapping[int, Token]
    names: Mapping[str, Any]

    def value(self, node: Node) -> Any:
        match node:
            case Literal():
                return self._literal(node)
            case Name():
                return self.names[node.name]
            case Select():
                return self.value(node.of)[node.field]
            case Many("list", items):
                return [self.value(item) for item in items]
            case Many():
                raise Unselected
            case Call():
                return self._call(node)

    def _call(self, node: Call) -> Any:
        match node.name:
            case "_&&_":
                return self._logic(node, stop=False)
            case "_||_":
                return self._logic(node, stop=True)
            case "!_":
                return not self.value(node.args[0])
            case "-_":
                return -self.value(node.args[0])
            case "_?_:_":
                return self.value(node.args[1 if self.value(node.args[0]) is True else 2])
            case "has":
                return self._has(node.args[0])
        values = [self.value(arg) for arg in node.args]
        if node.target is not None:
            function = _METHODS.get(node.name)
            values.insert(0, self.value(node.target))
        else:
            function = _BINARY.get(node.name) or _FUNCTIONS.get(node.name)
        if function is None:
            raise Unselected
        return function(*values)

    def _logic(self, node: Call, *, stop: bool) -> bool:
        """CEL's `&&` and `||`: one side may fail if the other decides."""
        failed = False
        for arg in node.args:
            try:
                decided: bool = self.value(arg) is stop
                if decided:
                    return stop
            except (Unselected, KeyError, TypeError, AttributeError):
                failed = True
        if failed:
            raise Unselected
        return not stop

    def _has(self, node: Node) -> bool:
        return isinstance(node, Select) and bool(node.field in self.value(node.of))

    def _literal(self, node: Literal) -> Any:
        token = self.literals[node.at]
        match token.sort:
            case Sort.STRING | Sort.BYTES:
                return ast.literal_eval(token.text)
            case Sort.FLOAT:
                return float(token.text)
            case Sort.INT | Sort.UINT:
                return int(token.text.rstrip("uU"), 0)
            case _:
                return {"true": True, "false": False}.get(token.text)
