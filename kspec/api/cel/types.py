"""The types of CEL, as far as they are told apart here.

A plain type is its name (`int`, `string`, `dyn`); `dyn` fits anything, and stands for every type that is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

DYN = "dyn"
NUMBERS = frozenset({"int", "uint", "double"})


@dataclass(frozen=True, slots=True)
class ObjectOf:
    """A struct. `fields` go by the names that expressions use for them."""

    fields: Mapping[str, Type]


@dataclass(frozen=True, slots=True)
class ListOf:
    item: Type


@dataclass(frozen=True, slots=True)
class MapOf:
    value: Type


@dataclass(frozen=True, slots=True)
class OptionalOf:
    value: Type


Type: TypeAlias = str | ObjectOf | ListOf | MapOf | OptionalOf


def shown(type: Type) -> str:
    """A type as messages print it."""
    match type:
        case ListOf(item):
            return f"list({shown(item)})"
        case MapOf(value):
            return f"map(string, {shown(value)})"
        case OptionalOf(value):
            return f"optional_type({shown(value)})"
        case ObjectOf():
            return "object"
        case "null":
            return "null_type"
        case "timestamp" | "duration":
            return f"google.protobuf.{type.capitalize()}"
        case _:
            return type


def sort(type: Type) -> str:
    """What sort of type: a plain type itself, or the word for a compound one."""
    if isinstance(type, str):
        return type
    return {ObjectOf: "object", ListOf: "list", MapOf: "map", OptionalOf: "optional"}[type.__class__]


def together(types: Iterable[Type]) -> Type:
    """The type of values of all these types: one that they share, or `dyn`."""
    found = list(types)
    return found[0] if found and all(t == found[0] for t in found) else DYN


def fits(operator: str, types: list[Type]) -> bool:
    """Whether an operator has an overload for these types. Anything goes where one of them is not known."""
    sorts = [sort(t) for t in types]
    if DYN in sorts:
        return _fits_beside_dyn(operator, sorts)
    same = sorts[0] == sorts[-1]
    match operator:
        case "_&&_" | "_||_" | "!_":
            return all(s == "bool" for s in sorts)
        case "_==_" | "_!=_":
            return same or set(sorts) <= NUMBERS or (_may_be_null(sorts) and "null" in sorts)
        case "_<_" | "_<=_" | "_>_" | "_>=_":
            ordered = {"int", "uint", "double", "string", "bytes", "bool", "timestamp", "duration"}
            return (same and sorts[0] in ordered) or set(sorts) <= NUMBERS
        case "_+_":
            added = {"int", "uint", "double", "string", "bytes", "list", "duration"}
            return (same and sorts[0] in added) or set(sorts) == {"timestamp", "duration"}
        case "_-_":
            taken = {"int", "uint", "double", "timestamp", "duration"}
            return (same and sorts[0] in taken) or sorts == ["timestamp", "duration"]
        case "_*_" | "_/_":
            return same and sorts[0] in NUMBERS
        case "_%_":
            return same and sorts[0] in ("int", "uint")
        case "-_":
            return sorts[0] in ("int", "double")
        case "_?_:_":
            return sorts[0] == "bool"
        case "@in":
            return sorts[1] in ("list", "map")
        case "_[_]" | "_[?_]":
            return sorts[0] in ("list", "map", "optional")
        case _:
            return True


def _fits_beside_dyn(operator: str, sorts: list[str]) -> bool:
    """What even an unknown type cannot mend: a text is no condition."""
    if operator in ("_&&_", "_||_", "!_"):
        return all(s in ("bool", DYN) for s in sorts)
    return operator != "_?_:_" or sorts[0] in ("bool", DYN)


def _may_be_null(sorts: list[str]) -> bool:
    return any(s in ("object", "timestamp", "duration", "optional") for s in sorts)
