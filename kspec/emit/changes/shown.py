"""What all formats show of a change: its values short, secrets not at all, its headline."""

from __future__ import annotations

import json
from dataclasses import dataclass

from kspec.diff.difference import Difference
from kspec.diff.fields import FieldChange
from kspec.diff.objects import Altered, How
from kspec.source.diagnostic import Severity
from kspec.source.text import Span
from kspec.source.tree import Json

HIDDEN = "(hidden)"
_LONGEST = 120
MARKS = {How.ADDED: "+", How.CHANGED: "~", How.REMOVED: "-"}


@dataclass(frozen=True, slots=True)
class Told:
    """A difference with the names of its two sides."""

    difference: Difference
    before: str
    after: str


def values(altered: Altered, change: FieldChange) -> tuple[Json, Json]:
    """The values before and after; what is in a Secret stays there."""
    if altered.resource.kind == "Secret" and change.path[0] in ("data", "stringData"):
        return (None if change.before is None else HIDDEN), (None if change.after is None else HIDDEN)
    return change.before, change.after


def short(value: Json) -> str:
    """A value on one line."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def place(altered: Altered) -> Span | None:
    """Where the object stands, or stood."""
    return altered.resource.origin.key(("kind",))


def headline(difference: Difference) -> str:
    """`2 changed, 1 added; 1 error, 2 warnings`."""
    found = [
        f"{count} {how.value}" for how in (How.CHANGED, How.ADDED, How.REMOVED) if (count := difference.count(how))
    ]
    levels = []
    for level in (Severity.ERROR, Severity.WARNING):
        count = sum(d.level is level for d in difference.effects)
        if count:
            levels.append(f"{count} {level.value}{'s' if count > 1 else ''}")
    objects = ", ".join(found) or "nothing differs"
    return f"{objects}; {', '.join(levels)}" if levels else objects
