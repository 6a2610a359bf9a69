"""Whether two manifests are the same object to the API server."""

from __future__ import annotations

from kspec.api.defaulting import default
from kspec.domain.objects import Resource, without_nulls
from kspec.source.tree import Json, Object, Path


def difference(one: Object, other: Object, version: str) -> Path | None:
    """The first path at which two objects differ once defaults are filled in; None where they are the same.

    What is absent and what is empty are the same, and so are quantities of the same amount.
    """
    return _difference(_settled(one, version), _settled(other, version), ())


def _settled(manifest: Object, version: str) -> Json:
    plain = without_nulls(manifest)
    assert isinstance(plain, dict)
    return default(Resource(plain), version).manifest


def _difference(one: Json, other: Json, path: Path) -> Path | None:
    match one, other:
        case dict(), dict():
            for key in {**one, **other}:
                found = _difference(one.get(key), other.get(key), (*path, key))
                if found is not None:
                    return found
            return None
        case list(), list() if len(one) == len(other):
            pairs = enumerate(zip(one, other, strict=True))
            found_in = (_difference(a, b, (*path, i)) for i, (a, b) in pairs)
            return next((found for found in found_in if found is not None), None)
        case (None | {} | [], None | {} | []):
            return None if not (one or other) else path
        case _ if one == other and isinstance(one, bool) == isinstance(other, bool):
            return None
        case (dict(), None) | (None, dict()):
            return _difference(one or {}, other or {}, path)
        case _:
            return path
