"""Getting at what values hold: fields, keys and places, optional values, what a loop runs over."""

from __future__ import annotations

from kspec.api.cel.escaping import unescaped
from kspec.api.cel.values import CelError, Maybe, Struct, UInt, Value


def field_name(field: str, holder: dict[str, Value]) -> str:
    """The key that a selected field stands for: objects with a schema have their names escaped."""
    return unescaped(field) if isinstance(holder, Struct) and field not in holder and "__" in field else field


def is_key(key: Value) -> bool:
    """Whether a map can have such a key."""
    return isinstance(key, str | int | UInt)


def index(holder: Value, key: Value, optional: bool) -> Value:
    """`holder[key]`, or with `optional` a value that may be absent."""
    if isinstance(holder, Maybe):
        return index(holder.value, key, True) if holder.given else holder
    try:
        found = _at(holder, key)
    except CelError:
        if not optional:
            raise
        return Maybe()
    return Maybe(found, True) if optional else found


def _at(holder: Value, key: Value) -> Value:
    match holder:
        case list():
            whole = isinstance(key, float) and key.is_integer()
            place = int(key) if whole else key.value if isinstance(key, UInt) else key
            if isinstance(place, bool) or not isinstance(place, int):
                raise CelError(f"unsupported index type: {key}")
            if not 0 <= place < len(holder):
                raise CelError(f"index out of bounds: {place}")
            return holder[place]
        case dict():
            name = field_name(key, holder) if isinstance(key, str) else key
            if is_key(name) and name in holder:
                return holder[name]
            raise CelError(f"no such key: {key}")
        case _:
            raise CelError("no such overload")


def given(value: Value) -> list[Value]:
    """The value of an optional, if it has one."""
    if not isinstance(value, Maybe):
        raise CelError("no such overload")
    return [value.value] if value.given else []


def mapping(holder: Value) -> dict[Value, Value]:
    """A map, or an error."""
    if not isinstance(holder, dict):
        raise CelError("no such overload")
    return holder


def iterated(holder: Value) -> list[Value]:
    """What a macro runs over: the items of a list, the keys of a map."""
    if isinstance(holder, list | dict):
        return list(holder)
    raise CelError("no such overload")


def boolean(value: Value) -> bool:
    """A truth value; an error is raised."""
    if isinstance(value, CelError):
        raise value
    if not isinstance(value, bool):
        raise CelError("no such overload")
    return value


def sound(value: Value) -> Value:
    """The value, unless it is an error, which is raised."""
    if isinstance(value, CelError):
        raise value
    return value
