"""Values that the API server makes up: the endings of generated names, and what a dry request only has words for."""

from __future__ import annotations

from kspec.api.admission.placeholders import RANDOM
from kspec.source.tree import Json, Object

_SUFFIX = "bcdfghjklmnpqrstvwxz2456789"
"""The letters of generated names (upstream `rand.SafeEncodeString`)."""
_SUFFIX_LENGTH = 5
_LONGEST = 63


class Suffixes:
    """The endings of generated names: different each time, and in no order that means anything."""

    def __init__(self) -> None:
        self._count = 0

    def next(self) -> str:
        self._count += 1
        number, size = self._count * 7_654_321 % len(_SUFFIX) ** _SUFFIX_LENGTH, len(_SUFFIX)
        return "".join(_SUFFIX[number // size**place % size] for place in range(_SUFFIX_LENGTH))

    def named(self, prefix: str) -> str:
        """A name from its prefix, which is cut where it is too long."""
        return f"{prefix[: _LONGEST - _SUFFIX_LENGTH]}{self.next()}"


def known(value: Object, uid: str) -> Object:
    """The object with its uid and a random part where the answer of a dry request has words for them."""
    whole = _spelled(value, {"<uid>": uid, "<random>": RANDOM})
    assert isinstance(whole, dict)
    return whole


def _spelled(value: Json, words: dict[str, str]) -> Json:
    match value:
        case str() if value.endswith(">"):
            for word, spelled in words.items():
                value = value.replace(word, spelled)
            return value
        case dict():
            return {name: _spelled(item, words) for name, item in value.items()}
        case list():
            return [_spelled(item, words) for item in value]
        case _:
            return value
