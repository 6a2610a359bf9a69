"""What an expression costs at most, before anybody has evaluated it.

The sizes of what it looks at come from the schema. Where a size or a function's price is not known here, the least that
upstream could assume is taken: what is called too expensive here is so there, too, and never the other way round.

Upstream: cel-go's checker/cost.go and parser/macro.go; staging/src/k8s.io/apiserver/pkg/cel/library/cost.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil

from kspec.api.cel.escaping import unescaped
from kspec.api.cel.extent import most
from kspec.api.cel.syntax import Call, Literal, Many, Name, Node, Select
from kspec.api.schema.types import ListSchema, MapSchema, ObjectSchema, Schema

LIMIT = 10_000_000
"""What one rule may cost, taken as often as its value can occur: upstream's StaticEstimatedCostLimit."""
TOTAL = 100_000_000
"""What all rules of a definition may cost together: upstream's StaticEstimatedCRDCostLimit."""
_MOST = 2**64 - 1
_LIST, _MAP, _MESSAGE = 10, 30, 40
_MAKING = {"list": _LIST, "map": _MAP}
_READ, _PATTERN = 0.1, 0.25
"""Of a character that is looked at; of a character of a regular expression."""
_COMPARED = frozenset({"_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"})
_TRAVERSED = frozenset({"lowerAscii", "upperAscii", "trim", "split", "isURL", "url"})


@dataclass(frozen=True, slots=True)
class Estimate:
    """The cost of an expression, and what its value can be: its schema or its size, where they are known."""

    cost: int
    schema: Schema | None = None
    size: int | None = None

    @property
    def extent(self) -> int:
        """The size, or the least it can be taken for."""
        known = self.size if self.size is not None or self.schema is None else most(self.schema)
        return 1 if known is None else known


def cost_of(node: Node, schema: Schema) -> int:
    """The most that an expression about a value of the schema costs."""
    value = Estimate(1, schema)
    return min(_MOST, _estimate(node, {"self": value, "oldSelf": value}).cost)


def _estimate(node: Node, names: Mapping[str, Estimate]) -> Estimate:
    match node:
        case Literal(_, value):
            return Estimate(0, size=len(value) if isinstance(value, str | bytes) else 1)
        case Name(name):
            return replace(names[name], cost=1) if name in names else Estimate(1)
        case Select():
            held = _estimate(node.of, names)
            return Estimate(held.cost + 1, _field(held.schema, node.field))
        case Many(kind, items):
            size = len(items) // 2 if kind == "map" else len(items)
            return Estimate(sum(_estimate(i, names).cost for i in items) + _MAKING.get(kind, _MESSAGE), size=size)
        case Call():
            return _call(node, names)


def _field(schema: Schema | None, name: str) -> Schema | None:
    match schema:
        case ObjectSchema(fields=fields):
            return fields.get(name) or fields.get(unescaped(name))
        case MapSchema(values=values):
            return values
        case _:
            return None


def _item(schema: Schema | None) -> Schema | None:
    match schema:
        case ListSchema(items=items):
            return items
        case MapSchema(values=values):
            return values
        case _:
            return None


def _call(node: Call, names: Mapping[str, Estimate]) -> Estimate:
    first = node.args[0] if node.args else None
    if node.target is not None and isinstance(first, Name) and len(node.args) > 1:
        return _macro(node, node.target, first.name, names)
    if node.name == "has" and node.target is None and isinstance(first, Select):
        return Estimate(0, size=1)
    args = [_estimate(arg, names) for arg in node.args]
    spent = sum(arg.cost for arg in args)
    match node.name:
        case "_&&_" | "_||_":
            return Estimate(spent, size=1)
        case "_?_:_":
            larger = max(args[1:], key=lambda a: a.extent)
            return Estimate(args[0].cost + max(args[1].cost, args[2].cost), larger.schema, larger.size)
        case "_[_]" | "_[?_]":
            return Estimate(spent + 1, _item(args[0].schema))
        case "_+_" if any(arg.size != 1 for arg in args):
            size = args[0].extent + args[1].extent
            return Estimate(spent + (_read(size) if _are_texts(args) else 1), size=size)
        case "_in_" | "@in":
            within = args[1].extent if not isinstance(args[1].schema, MapSchema) else 1
            return Estimate(spent + within, size=1)
        case name if name in _COMPARED:
            return Estimate(spent + _read(min(arg.extent for arg in args)), size=1)
    target = Estimate(0) if node.target is None else _estimate(node.target, names)
    return Estimate(spent + target.cost + _price(node.name, target, args))


def _price(name: str, target: Estimate, args: list[Estimate]) -> int:
    """What a function costs by itself."""
    match name, args:
        case (("startsWith" | "endsWith"), [part]):
            return _read(part.extent)
        case "contains", [part]:
            return _read(target.extent) * _read(part.extent)
        case (("matches" | "find" | "findAll"), [pattern, *_]):
            return _read(target.extent + 1) * ceil(pattern.extent * _PATTERN)
        case _ if name in _TRAVERSED:
            return max(1, _read(target.extent))
        case _:
            return 1


def _macro(node: Call, target: Node, variable: str, names: Mapping[str, Estimate]) -> Estimate:
    """A loop: what it runs over, and for each item its steps as the macro expands to them."""
    over = _estimate(target, names)
    if len(node.args) > 2 and node.name != "map":
        return over
    item = _key(over.schema)
    bodies = [_estimate(body, {**names, variable: item}).cost for body in node.args[1:]]
    count, body = over.extent, sum(bodies)
    match node.name:
        case "all":
            return Estimate(over.cost + 1 + count * (3 + body), size=1)
        case "exists":
            return Estimate(over.cost + 1 + count * (4 + body), size=1)
        case "exists_one" | "existsOne":
            return Estimate(over.cost + 2 + count * (2 + body), size=1)
        case "map":
            return Estimate(over.cost + _LIST + 1 + count * (12 + body), size=count)
        case "filter":
            return Estimate(over.cost + _LIST + 1 + count * (13 + body), over.schema, count)
        case _:
            return Estimate(over.cost)


def _key(schema: Schema | None) -> Estimate:
    """What a loop with one variable gives: items of a list, keys of a map, whose size nobody bounds."""
    return Estimate(1, schema.items) if isinstance(schema, ListSchema) else Estimate(1)


def _read(size: int) -> int:
    return ceil(size * _READ)


def _are_texts(args: list[Estimate]) -> bool:
    return not any(isinstance(arg.schema, ListSchema) for arg in args)
