"""Functions that several types have: one name, the first overload whose types fit."""

from __future__ import annotations

from collections.abc import Callable

from kspec.api.cel.values import CelError, Value

Overload = tuple[tuple[type | tuple[type, ...], ...], Callable[..., Value]]


def overloaded(*overloads: Overload) -> Callable[..., Value]:
    """A function of these overloads. `int` does not take a bool."""

    def call(*values: Value) -> Value:
        for types, function in overloads:
            if len(types) == len(values) and all(map(_fits, values, types)):
                return function(*values)
        raise CelError("no such overload")

    return call


def _fits(value: Value, kind: type | tuple[type, ...]) -> bool:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    if isinstance(value, bool):
        return bool in kinds or object in kinds
    return isinstance(value, kinds)
