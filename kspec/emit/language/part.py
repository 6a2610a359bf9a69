"""A text in parts: lines and brackets, each with the part of a manifest it says and the comments that go with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kspec.source.tree import Path

STEP = 2
_WIDEST = 100
"""How far a bracket on one line may reach, in columns."""
_MOST_INSIDE = 6
"""How many parts a bracket on one line may have."""


@dataclass(slots=True, eq=False)
class Part:
    """One line (`replicas: 3`), a bracket (`strategy {` ... `}`), or a text over several lines.

    `head` is what stands before the content, `inner` the parts in the bracket, `lines` those of the text; `commas`
    tells that the parts of a bracket are separated by commas. `path` is what of the manifest it stands for.
    """

    head: str
    path: Path
    inner: list[Part] | None = None
    closing: str = ""
    commas: bool = False
    broken: bool = False
    """Whether the parts have lines of their own in any case."""
    apart: bool = False
    """Whether an empty line stands in front of it."""
    lines: tuple[str, ...] | None = None
    above: list[str] = field(default_factory=list)
    behind: str = ""
    below: list[str] = field(default_factory=list)

    def under(self, key: str) -> Part:
        """The same value behind a key: `[` becomes `args: [`."""
        self.head = f"{key}: {self.head}"
        return self

    def walk(self) -> Iterator[Part]:
        """This part and those inside it."""
        yield self
        for part in self.inner or ():
            yield from part.walk()

    def one_line(self) -> str | None:
        """The part on one line; None where something in it wants lines of its own."""
        if self.above or self.behind or self.below or self.lines is not None or self.broken:
            return None
        if self.inner is None:
            return self.head
        if len(self.inner) > _MOST_INSIDE and not all(p.inner is None for p in self.inner):
            return None
        parts = [part.one_line() for part in self.inner]
        if any(part is None for part in parts):
            return None
        text = (", " if self.commas else "  ").join(part for part in parts if part)
        blank = " " if self.closing == "}" and text else ""
        return f"{self.head}{blank}{text}{blank}{self.closing}"


def render(parts: list[Part], depth: int = 0) -> str:
    """The text of parts, one under the other."""
    return "".join(f"{line}\n" for part in parts for line in _lines(part, depth, ""))


def _lines(part: Part, depth: int, comma: str) -> Iterator[str]:
    margin = " " * (STEP * depth)
    if part.apart:
        yield ""
    yield from (f"{margin}{comment}" for comment in part.above)
    behind = f"  {part.behind}" if part.behind else ""
    whole = part.one_line() if not (behind or part.above or part.below) else _bare(part)
    if whole is not None and len(margin) + len(whole) <= _WIDEST:
        yield f"{margin}{whole}{comma}{behind}"
    elif part.lines is not None:
        yield f"{margin}{part.head}"
        inside = " " * (STEP * (depth + 1))
        for line in part.lines[:-1]:
            yield f"{inside}{line}" if line else ""
        yield (
            f"{inside}{part.lines[-1]}{part.closing}{comma}{behind}"
            if part.lines[-1]
            else (f"{margin}{part.closing}{comma}{behind}")
        )
    elif part.inner is None:
        yield f"{margin}{part.head}{comma}{behind}"
    else:
        yield f"{margin}{part.head}{behind}"
        for number, inner in enumerate(part.inner, 1):
            yield from _lines(inner, depth + 1, "," if part.commas and number < len(part.inner) else "")
        yield f"{margin}{part.closing}{comma}"
    yield from (f"{margin}{comment}" for comment in part.below)


def _bare(part: Part) -> str | None:
    """The part on one line, whatever comments stand around it."""
    around = part.above, part.behind, part.below
    part.above, part.behind, part.below = [], "", []
    try:
        return part.one_line()
    finally:
        part.above, part.behind, part.below = around
