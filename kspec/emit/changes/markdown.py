"""A change as Markdown, for a comment on a merge request."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.diff.objects import Altered, How
from kspec.emit.changes.shown import MARKS, Told, headline, place, short, values
from kspec.emit.diagnostics.markdown import cell
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Json

_LARGEST = 60_000
"""GitHub takes comments of 65,536 characters."""


def changes_markdown(told: Told) -> str:
    """A headline, what follows (worst first), and each object folded away with its fields."""
    difference = told.difference
    lines = [f"**kspec diff**: {headline(difference)}", ""]
    loud = [d for d in difference.effects if d.level.rank >= Severity.WARNING.rank]
    quiet = [d for d in difference.effects if d not in loud]
    if difference.effects:
        lines += ["| | rule | object | what |", "|---|---|---|---|", *map(_row, (*loud, *quiet)), ""]
    lines += [f"> {note}\n" for note in difference.notes]
    size = sum(map(len, lines))
    for number, altered in enumerate(difference.objects):
        block = "\n".join(_object(altered))
        size += len(block)
        if size > _LARGEST:
            lines.append(f"and {len(difference.objects) - number} more objects")
            break
        lines.append(block)
    return "\n".join(lines).rstrip() + "\n"


def _row(effect: Diagnostic) -> str:
    what = cell(effect.message) + (f"<br>*{cell(effect.help)}*" if effect.help else "")
    rule = f"{effect.rule.id} {effect.rule.name}"
    return f"| {effect.level.value} | {rule} | {cell(effect.object or '')} | {what} |"


def _object(altered: Altered) -> Iterator[str]:
    span = place(altered)
    where = f" ({cell(span.file)}:{span.line})" if span else ""
    if altered.how is not How.CHANGED:
        yield f"- `{MARKS[altered.how]}` {cell(str(altered.resource.ref))}{where}\n"
        return
    body = [line for change in altered.fields for line in _field(change.name, *values(altered, change))]
    fence = "```"
    while any(fence in line for line in body):
        fence += "`"
    yield f"<details><summary>{cell(str(altered.resource.ref))}{where}</summary>\n\n{fence}diff"
    yield from body
    yield f"{fence}\n\n</details>\n"


def _field(name: str, before: Json, after: Json) -> Iterator[str]:
    yield f"@@ {name} @@"
    if before is not None:
        yield f"- {short(before)}"
    if after is not None:
        yield f"+ {short(after)}"
