"""What the built-in functions take and give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kspec.elaborate.evaluate.functions import BUILTINS
from kspec.elaborate.types.type import ANY, NUMBER, TEXT, TRUTH, Sort, Type

_LIST = Type(Sort.LIST)
_MAP = Type(Sort.MAP)


@dataclass(frozen=True, slots=True)
class Signature:
    """The types of the parameters and of the result; `gives_item` where that is what the list holds."""

    takes: tuple[Type, ...]
    gives: Type
    gives_argument: bool = False
    """Whether the result is of the first argument's type."""

    def result(self, args: Sequence[Type]) -> Type:
        return args[0] if self.gives_argument and args else self.gives


def _texts(count: int, gives: Type) -> Signature:
    return Signature((TEXT,) * count, gives)


SIGNATURES: Mapping[str, Signature] = {
    "count": Signature((_LIST,), NUMBER),
    "sum": Signature((_LIST,), NUMBER),
    "all": Signature((_LIST,), TRUTH),
    "any": Signature((_LIST,), TRUTH),
    "range": Signature((NUMBER, NUMBER), Type(Sort.LIST, NUMBER)),
    "join": Signature((_LIST, TEXT), TEXT),
    "split": _texts(2, Type(Sort.LIST, TEXT)),
    "replace": _texts(3, TEXT),
    "lowerAscii": _texts(1, TEXT),
    "upperAscii": _texts(1, TEXT),
    "trim": _texts(1, TEXT),
    "startsWith": _texts(2, TRUTH),
    "endsWith": _texts(2, TRUTH),
    "contains": _texts(2, TRUTH),
    "keys": Signature((_MAP,), Type(Sort.LIST, TEXT)),
    "values": Signature((_MAP,), _LIST),
    "unique": Signature((_LIST,), _LIST, gives_argument=True),
    "flatten": Signature((Type(Sort.LIST, _LIST),), _LIST),
    "reverse": Signature((_LIST,), _LIST, gives_argument=True),
    "base64": _texts(1, TEXT),
    "sha256": _texts(1, TEXT),
    "size": Signature((ANY,), NUMBER),
    "string": Signature((ANY,), TEXT),
    "int": Signature((ANY,), NUMBER),
    "min": Signature((), NUMBER),
    "max": Signature((), NUMBER),
}
assert SIGNATURES.keys() == BUILTINS.keys()
