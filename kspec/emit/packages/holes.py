"""Where the values of parameters stand in manifests.

Found by trying: the design is loaded with another value, and what differs is either that value, as a whole or as a part
of a text, or something that no template can say. So it does not matter how a value came there: through `let`, `fn`,
modules or text in text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kspec.elaborate.parameters import Plain
from kspec.source.tree import Json, Path

At = tuple[int, Path]
"""Which object, and where in it."""


@dataclass(frozen=True, slots=True)
class Hole:
    """Where a parameter stands: from `start` up to `stop` in a text; `whole` where the value is that of the field."""

    parameter: str
    start: int = 0
    stop: int = 0
    whole: bool = False


Holes = dict[At, list[Hole]]


class Misfit(Exception):
    """The manifests depend on a parameter in a way that holes cannot express; says where."""

    def __init__(self, index: int, path: Path) -> None:
        self.at = index, path


def holes(parameter: str, before: Plain, after: Plain, old: list[Json], new: list[Json]) -> Holes:
    """The holes of a parameter that had one value in the objects `old` and another in `new`. Raises `Misfit`."""
    if len(old) != len(new):
        raise Misfit(min(len(old), len(new)), ())
    found: Holes = {}
    for index, (left, right) in enumerate(zip(old, new, strict=True)):
        for path, was, now in _differences(left, right, (), index):
            hole = _holes_of(parameter, before, after, was, now)
            if hole is None:
                raise Misfit(index, path)
            found[index, path] = hole
    return found


def filled(objects: list[Json], known: Holes, values: Mapping[str, Plain]) -> list[Json]:
    """The objects with the values in their holes."""
    return [_filled(o, index, (), known, values) for index, o in enumerate(objects)]


def overlapping(known: Iterable[Hole], more: Iterable[Hole]) -> bool:
    """Whether two parameters stand in one place: the value of one is a part of the other's."""
    return any(
        a.whole or b.whole or (a.start < b.stop and b.start < a.stop) or (a.start, a.stop) == (b.start, b.stop)
        for a in known
        for b in more
    )


def text_of(value: Plain) -> str:
    """A value inside a text."""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def pieces(text: str, known: Iterable[Hole]) -> Iterator[str | Hole]:
    """A text cut at its holes."""
    end = 0
    for hole in sorted(known, key=lambda h: h.start):
        if hole.start > end:
            yield text[end : hole.start]
        yield hole
        end = hole.stop
    if end < len(text):
        yield text[end:]


def _differences(old: Json, new: Json, path: Path, index: int) -> Iterator[tuple[Path, Json, Json]]:
    match old, new:
        case dict(), dict():
            if old.keys() != new.keys():
                raise Misfit(index, path)
            for name, value in old.items():
                yield from _differences(value, new[name], (*path, name), index)
        case list(), list():
            if len(old) != len(new):
                raise Misfit(index, path)
            for place, (left, right) in enumerate(zip(old, new, strict=True)):
                yield from _differences(left, right, (*path, place), index)
        case _ if type(old) is not type(new) or old != new:
            yield path, old, new


def _holes_of(parameter: str, before: Plain, after: Plain, was: Json, now: Json) -> list[Hole] | None:
    if _same(was, before) and _same(now, after):
        return [Hole(parameter, whole=True)]
    if not isinstance(was, str) or not isinstance(now, str):
        return None
    parts = now.split(text_of(after))
    if len(parts) < 2 or text_of(before).join(parts) != was:
        return None
    out: list[Hole] = []
    start = 0
    for part in parts[:-1]:
        start += len(part)
        stop = start + len(text_of(before))
        out.append(Hole(parameter, start, stop))
        start = stop
    return out


def _same(left: Json, right: Json) -> bool:
    return type(left) is type(right) and left == right


def _filled(value: Json, index: int, path: Path, known: Holes, values: Mapping[str, Plain]) -> Json:
    match value:
        case dict():
            return {k: _filled(v, index, (*path, k), known, values) for k, v in value.items()}
        case list():
            return [_filled(v, index, (*path, i), known, values) for i, v in enumerate(value)]
    here = known.get((index, path))
    if not here:
        return value
    if here[0].whole:
        return values[here[0].parameter]
    assert isinstance(value, str)
    return "".join(p if isinstance(p, str) else text_of(values[p.parameter]) for p in pieces(value, here))
