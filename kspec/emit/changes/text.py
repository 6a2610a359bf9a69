"""A change for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kspec.diff.objects import Altered, How
from kspec.emit.changes.shown import MARKS, Told, headline, place, short, values
from kspec.source.diagnostic import Diagnostic


def changes_text(told: Told) -> str:
    """Object by object, with what follows from each; then what is about none of them, and a headline."""
    difference = told.difference
    lines: list[str] = []
    for altered in difference.objects:
        lines += [*_object(told, altered), ""]
    lines += _effects(difference.elsewhere, "", where=True)
    if difference.elsewhere:
        lines.append("")
    lines += [f"note: {note}" for note in difference.notes]
    return "\n".join([*lines, headline(difference)]) + "\n"


def _object(told: Told, altered: Altered) -> Iterator[str]:
    span = place(altered)
    where = f"  {_side(told, altered)}{span.file}:{span.line}" if span else ""
    yield f"{MARKS[altered.how]} {altered.resource.ref}{where}"
    for change in altered.fields:
        before, after = values(altered, change)
        if change.before is None:
            yield f"    {change.name}: + {short(after)}"
        elif change.after is None:
            yield f"    {change.name}: - {short(before)}"
        else:
            yield f"    {change.name}: {short(before)} -> {short(after)}"
    yield from _effects(told.difference.of(altered), "    ")


def _side(told: Told, altered: Altered) -> str:
    """Where an object that is gone was: in another revision, its file may be gone too."""
    return f"{told.before.partition(':')[0]}:" if altered.how is How.REMOVED and ":" in told.before else ""


def _effects(effects: Iterable[Diagnostic], indent: str, *, where: bool = False) -> Iterator[str]:
    for effect in effects:
        yield f"{indent}{effect.level.value}[{effect.rule.id}] {effect.message}"
        if where and effect.span:
            yield f"{indent}  --> {effect.span}"
        for number, step in enumerate(effect.story, 1):
            yield f"{indent}  {number:3}. {step}"
        if effect.help:
            yield f"{indent}  help: {effect.help}"
