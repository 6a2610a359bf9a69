"""In how many placements an invariant is true."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kspec.place.answer import Assigned
from kspec.place.certificate import Certificate
from kspec.source.diagnostic import Diagnostic
from kspec.syntax import nodes as n


class Extent(Enum):
    """Of the placements that keep every hard rule: in how many it is true."""

    EVERY = "every"
    SOME = "some"
    NONE = "none"
    OPEN = "open"


class How(Enum):
    """What shows that something is the case in no placement."""

    WORDS = "words"
    """What is said does not depend on the placement."""
    ENCODING = "encoding"
    """The complete encoding has no model."""
    CASES = "cases"
    """Each of some cases, of which one had to be, is infeasible by its own certificate."""


@dataclass(frozen=True)
class Never:
    """It is the case in no placement; `certificates` are of the cases in their order, or the one of the encoding."""

    how: How
    certificates: tuple[Certificate, ...] = ()


@dataclass(frozen=True)
class Example:
    """A placement that the independent checker has seen, and its judge of statements too. `optional` are the nodes in
    use that need not be."""

    assignments: tuple[Assigned, ...]
    optional: tuple[str, ...]


@dataclass(frozen=True)
class Forced:
    """An invariant's extent; a placement in which it is true and one in which it is not, as far as they are known; what
    shows that there is none of a kind. `vacuous`: proved that what it is asked for (`p => f`: `p`) is the case in
    none. `reason` says why an extent is open."""

    property: n.Property
    extent: Extent
    holds: Example | None = None
    breaks: Example | None = None
    proof: Never | None = None
    vacuous: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Unsaid:
    """An invariant that is not about placements; the diagnostic says why, and where."""

    property: n.Property
    diagnostic: Diagnostic


class Unfit(Exception):
    """The formula about counts and the judge of placements disagree about an invariant: a fault in kspec."""

    def __init__(self, name: str, detail: str = "") -> None:
        more = f" ({detail})" if detail else ""
        super().__init__(f"two readings of {name} disagree about a placement{more}; neither is shown")
