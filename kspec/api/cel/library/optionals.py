"""Optional values.

Upstream: cel-go's cel/library.go (OptionalTypes).
"""

from __future__ import annotations

from collections.abc import Callable

from kspec.api.cel.library.dispatch import overloaded
from kspec.api.cel.values import CelError, Maybe, UInt, Value


def _of_non_zero(value: Value) -> Maybe:
    zero = value is None or value in (False, 0, 0.0, "", b"", UInt(0)) or value in ([], {})
    return Maybe() if zero else Maybe(value, True)


def _value(optional: Maybe) -> Value:
    if not optional.given:
        raise CelError("optional.none() dereference")
    return optional.value


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "optional.of": lambda value: Maybe(value, True),
    "optional.none": lambda: Maybe(),
    "optional.ofNonZeroValue": _of_non_zero,
    "hasValue": overloaded(((Maybe,), lambda m: m.given)),
    "value": overloaded(((Maybe,), _value)),
    "or": overloaded(((Maybe, Maybe), lambda m, other: m if m.given else other)),
    "orValue": overloaded(((Maybe, object), lambda m, other: m.value if m.given else other)),
    "unwrapOpt": overloaded(((list,), lambda items: [m.value for m in items if isinstance(m, Maybe) and m.given])),
    "optional.unwrap": overloaded(
        ((list,), lambda items: [m.value for m in items if isinstance(m, Maybe) and m.given])
    ),
    "first": overloaded(((list,), lambda items: Maybe(items[0], True) if items else Maybe())),
    "last": overloaded(((list,), lambda items: Maybe(items[-1], True) if items else Maybe())),
}
