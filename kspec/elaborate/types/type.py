"""Types of expressions. `ANY` is what cannot be told; it goes with everything, so that a guess is never reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from kspec.syntax import nodes as n


class Sort(Enum):
    """What a value is; the text is for messages."""

    ANY = "a value"
    TEXT = "a text"
    NUMBER = "a number"
    TRUTH = "a truth value"
    LIST = "a list"
    MAP = "a map"
    RANGE = "a range"
    PAIR = "a mapping `a -> b`"
    NULL = "null"
    OBJECT = "an object"
    SOURCE = "a source"
    WORD = "a bare word"


@dataclass(frozen=True, slots=True)
class Type:
    """A sort; of lists and maps also what they hold, of a map that is written out each entry."""

    sort: Sort
    item: Type | None = None
    entries: Mapping[str, Type] | None = None

    def __str__(self) -> str:
        return self.sort.value


ANY, TEXT, NUMBER, TRUTH = Type(Sort.ANY), Type(Sort.TEXT), Type(Sort.NUMBER), Type(Sort.TRUTH)
RANGE, PAIR, NULL, OBJECT = Type(Sort.RANGE), Type(Sort.PAIR), Type(Sort.NULL), Type(Sort.OBJECT)
SOURCE, WORD = Type(Sort.SOURCE), Type(Sort.WORD)
_SIMPLE = {
    "string": TEXT,
    "Name": TEXT,
    "int": NUMBER,
    "number": NUMBER,
    "bool": TRUTH,
    "Quantity": NUMBER,
    "Duration": NUMBER,
    "Percent": NUMBER,
    "Range": RANGE,
}


def declared(type: n.Type) -> Type:
    """The type that a declaration names. Members of enumerations are texts; the design's own names can be anything."""
    if type.bounds is not None:
        return NUMBER
    if type.members:
        return TEXT
    inner = declared(type.arguments[-1]) if type.arguments else ANY
    match type.name:
        case "list":
            return Type(Sort.LIST, inner)
        case "map":
            return Type(Sort.MAP, inner)
        case name:
            return _SIMPLE.get(name, ANY)


def joined(one: Type, other: Type) -> Type:
    """What a value is that may be of either type."""
    if one == other:
        return one
    if one.sort is other.sort and one.sort in (Sort.LIST, Sort.MAP):
        return Type(one.sort, joined(one.item or ANY, other.item or ANY))
    return one if one.sort is other.sort else ANY


def fits(found: Type, wanted: Type) -> bool:
    """Whether a value of one type may be where another is wanted."""
    if Sort.ANY in (found.sort, wanted.sort):
        return True
    if found.sort is Sort.WORD:
        return wanted.sort in (Sort.TEXT, Sort.OBJECT)
    if found.sort is Sort.OBJECT and wanted.sort is Sort.TEXT:
        return True
    if found.sort is not wanted.sort:
        return False
    return fits(found.item or ANY, wanted.item or ANY)
