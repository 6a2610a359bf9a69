"""Reading what the design fixes: typed views, manifests, labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from pydantic import BaseModel

from kspec.domain.quantity import Quantity
from kspec.elaborate.behaviour.values import Value


@dataclass(frozen=True, eq=False, slots=True)
class View:
    """A Kubernetes structure; two are the same if they are the same structure of the same object."""

    model: BaseModel

    def __eq__(self, other: object) -> bool:
        return isinstance(other, View) and other.model is self.model

    def __hash__(self) -> int:
        return id(self.model)


def value_of(data: object) -> Value:
    """Data of a manifest or a view as a value. Empty text is null, as to Go's zero values."""
    if isinstance(data, Quantity):
        return _number(data.amount)
    match data:
        case BaseModel():
            return View(data)
        case Enum():
            return str(data.value)
        case str():
            return data or None
        case bool() | int() | None:
            return data
        case float() | Fraction():
            return _number(Fraction(data))
        case list() | tuple():
            return tuple(value_of(item) for item in data)
        case _:
            return data


def _number(amount: Fraction) -> int | Fraction:
    return int(amount) if amount.denominator == 1 else amount


class Missing:
    """There is no such field."""


MISSING = Missing()


def field_of(target: Value, name: str) -> Value:
    """A field of a structure by its Kubernetes name; `MISSING` where the structure has none of that name."""
    match target:
        case View():
            found = _fields(type(target.model)).get(name)
            return MISSING if found is None else value_of(getattr(target.model, found))
        case Mapping():
            return value_of(target[name]) if name in target else None
        case _:
            return MISSING


def python_name(model: BaseModel, name: str) -> str:
    """The attribute of a structure for a field's Kubernetes name."""
    return _fields(type(model))[name]


_known_fields: dict[type[BaseModel], dict[str, str]] = {}


def _fields(model: type[BaseModel]) -> dict[str, str]:
    """Python names by the names that manifests use."""
    found = _known_fields.get(model)
    if found is None:
        found = {field.alias or name: name for name, field in model.model_fields.items()}
        for name in ("required", "preferred"):
            if name in model.model_fields:
                found[name] = name
        _known_fields[model] = found
    return found
