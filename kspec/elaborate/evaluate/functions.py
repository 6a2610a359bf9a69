"""The functions that expressions may call, as functions or as methods: `size(xs)` is `xs.size()`.

All of them are pure and total: the same arguments give the same value, and what they cannot take they refuse.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kspec.elaborate.evaluate import numbers
from kspec.elaborate.evaluate.numbers import BadNumber
from kspec.elaborate.evaluate.operators import MAX_ITEMS, MAX_TEXT, BadOperands, plain
from kspec.elaborate.evaluate.values import Fields, Flag, Listing, Number, Text, Value, Word, describe
from kspec.source.text import Span

Body = Callable[[Sequence[Value], Span], Value]

SOURCES = ("secret", "configmap", "field", "resource", "claim")
"""Words that name a value which the cluster provides; the field that takes them knows what they mean."""


@dataclass(frozen=True, slots=True)
class Builtin:
    """A function with the number of its arguments."""

    least: int
    most: int
    body: Body

    def call(self, args: Sequence[Value], span: Span) -> Value:
        """The result. Raises `BadOperands` with the reason."""
        if not self.least <= len(args) <= self.most:
            wanted = str(self.least) if self.least == self.most else f"{self.least} to {self.most}"
            raise BadOperands(f"it takes {wanted} argument{'s' * (wanted != '1')}, not {len(args)}")
        return self.body(args, span)


def _text(value: Value) -> str:
    if isinstance(value, Text | Word):
        return value.text
    raise BadOperands(f"it takes a text, not {describe(value)}")


def _list(value: Value) -> tuple[Value, ...]:
    if isinstance(value, Listing):
        return value.items
    raise BadOperands(f"it takes a list, not {describe(value)}")


def _whole(value: Value) -> int:
    number = numbers.whole(value.text) if isinstance(value, Number) else None
    if number is None:
        raise BadOperands(f"it takes a whole number, not {describe(value)}")
    return number


def as_text(value: Value) -> str:
    """The text of a scalar, as interpolation inserts it. Raises `BadOperands` for anything else."""
    match value:
        case Text(text) | Number(text):
            return text
        case Flag(value=truth):
            return "true" if truth else "false"
        case _:
            raise BadOperands(f"{describe(value)} has no text")


def _fits(length: int) -> None:
    if length > MAX_TEXT:
        raise BadOperands("the text grows too long")


def _on_text(change: Callable[[str], str]) -> Body:
    return lambda args, span: Text(change(_text(args[0])), span=span)


def _test(question: Callable[[str, str], bool]) -> Body:
    return lambda args, span: Flag(question(_text(args[0]), _text(args[1])), span=span)


def _size(args: Sequence[Value], span: Span) -> Value:
    match args[0]:
        case Listing(items):
            return Number(str(len(items)), span=span)
        case Fields(pairs):
            return Number(str(len(pairs)), span=span)
        case other:
            return Number(str(len(_text(other))), span=span)


def _extreme(sign: int) -> Body:
    def body(args: Sequence[Value], span: Span) -> Value:
        items = _list(args[0]) if len(args) == 1 else args
        best = ""
        for item in items:
            if not isinstance(item, Number):
                raise BadOperands(f"it compares numbers, not {describe(item)}")
            if not best or sign * numbers.compare(item.text, best) > 0:
                best = item.text
        if not best:
            raise BadOperands("the list is empty")
        return Number(best, span=span)

    return body


def _sum(args: Sequence[Value], span: Span) -> Value:
    total = "0"
    for item in _list(args[0]):
        if not isinstance(item, Number):
            raise BadOperands(f"it adds numbers, not {describe(item)}")
        total = item.text if total == "0" else numbers.add(total, item.text)
    return Number(total, span=span)


def _range(args: Sequence[Value], span: Span) -> Value:
    low, high = (0, _whole(args[0])) if len(args) == 1 else (_whole(args[0]), _whole(args[1]))
    if high - low > MAX_ITEMS:
        raise BadOperands(f"more than {MAX_ITEMS} items")
    return Listing(tuple(Number(str(i), span=span) for i in range(low, high)), span=span)


def _number(args: Sequence[Value], span: Span) -> Value:
    match args[0]:
        case Number(text) | Text(text) if numbers.whole(text) is not None:
            return Number(str(int(text)), span=span)
        case Number(text) if (amount := numbers.plain(text)) is not None:
            return Number(str(int(amount)), span=span)
        case other:
            raise BadOperands(f"{describe(other)} is no whole number")


def _join(args: Sequence[Value], span: Span) -> Value:
    between = _text(args[1]) if len(args) > 1 else ""
    parts = [as_text(i) for i in _list(args[0])]
    _fits(sum(map(len, parts)) + len(between) * len(parts))
    return Text(between.join(parts), span=span)


def _split(args: Sequence[Value], span: Span) -> Value:
    between = _text(args[1])
    if not between:
        raise BadOperands("the separator is empty")
    return Listing(tuple(Text(p, span=span) for p in _text(args[0]).split(between)), span=span)


def _replace(args: Sequence[Value], span: Span) -> Value:
    old = _text(args[1])
    if not old:
        raise BadOperands("the text to replace is empty")
    text, new = _text(args[0]), _text(args[2])
    _fits(len(text) + text.count(old) * len(new))
    return Text(text.replace(old, new), span=span)


def _keys(args: Sequence[Value], span: Span) -> Value:
    if not isinstance(args[0], Fields):
        raise BadOperands(f"it takes a map, not {describe(args[0])}")
    return Listing(tuple(Text(p.key, span=p.key_span) for p in args[0].pairs), span=span)


def _values(args: Sequence[Value], span: Span) -> Value:
    if not isinstance(args[0], Fields):
        raise BadOperands(f"it takes a map, not {describe(args[0])}")
    return Listing(tuple(p.value for p in args[0].pairs), span=span)


def _unique(args: Sequence[Value], span: Span) -> Value:
    seen: dict[object, Value] = {}
    for item in _list(args[0]):
        seen.setdefault(plain(item), item)
    return Listing(tuple(seen.values()), span=span)


def _flatten(args: Sequence[Value], span: Span) -> Value:
    items = tuple(i for inner in _list(args[0]) for i in _list(inner))
    if len(items) > MAX_ITEMS:
        raise BadOperands(f"more than {MAX_ITEMS} items")
    return Listing(items, span=span)


def _all(args: Sequence[Value], span: Span) -> Value:
    return Flag(all(_truth(i) for i in _list(args[0])), span=span)


def _any(args: Sequence[Value], span: Span) -> Value:
    return Flag(any(_truth(i) for i in _list(args[0])), span=span)


def _truth(value: Value) -> bool:
    if isinstance(value, Flag):
        return value.value
    raise BadOperands(f"it takes truth values, not {describe(value)}")


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


BUILTINS: Mapping[str, Builtin] = {
    "size": Builtin(1, 1, _size),
    "count": Builtin(1, 1, lambda args, span: Number(str(len(_list(args[0]))), span=span)),
    "min": Builtin(1, 100, _extreme(-1)),
    "max": Builtin(1, 100, _extreme(1)),
    "sum": Builtin(1, 1, _sum),
    "range": Builtin(1, 2, _range),
    "all": Builtin(1, 1, _all),
    "any": Builtin(1, 1, _any),
    "string": Builtin(1, 1, lambda args, span: Text(as_text(args[0]), span=span)),
    "int": Builtin(1, 1, _number),
    "join": Builtin(1, 2, _join),
    "split": Builtin(2, 2, _split),
    "replace": Builtin(3, 3, _replace),
    "lowerAscii": Builtin(1, 1, _on_text(str.lower)),
    "upperAscii": Builtin(1, 1, _on_text(str.upper)),
    "trim": Builtin(1, 1, _on_text(str.strip)),
    "startsWith": Builtin(2, 2, _test(str.startswith)),
    "endsWith": Builtin(2, 2, _test(str.endswith)),
    "contains": Builtin(2, 2, _test(lambda text, part: part in text)),
    "keys": Builtin(1, 1, _keys),
    "values": Builtin(1, 1, _values),
    "unique": Builtin(1, 1, _unique),
    "flatten": Builtin(1, 1, _flatten),
    "reverse": Builtin(1, 1, lambda args, span: Listing(_list(args[0])[::-1], span=span)),
    "base64": Builtin(1, 1, _on_text(_base64)),
    "sha256": Builtin(1, 1, _on_text(_sha256)),
}


def call(name: str, args: Sequence[Value], span: Span) -> Value:
    """Call a function of `BUILTINS`. Raises `BadOperands` with the reason."""
    try:
        return BUILTINS[name].call(args, span)
    except BadNumber as error:
        raise BadOperands(str(error)) from error
