"""`kspec fmt`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kspec.cli.exits import Exit, Stop
from kspec.cli.options import design_options
from kspec.cli.session import Session
from kspec.source.text import SourceFile
from kspec.source.tree import Json, Object

if TYPE_CHECKING:
    from kspec.syntax.format import Formatted

SCHEMA = "kspec/fmt/v1"


@click.command("fmt", short_help="One style for kspec texts.")
@design_options()
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if a file would change.")
@click.option("--diff", is_flag=True, help="Change nothing; print what would change.")
def command(session: Session, only_check: bool, diff: bool) -> None:
    """Bring .kspec files (or all below a folder) into one style; - formats standard input to standard output.

    Comments and groups of lines are kept. A text with syntax errors is left alone, and exit code 2 says so. An overlay
    or a parameter makes no difference.

    \b
    Examples:
      kspec fmt models/
      kspec fmt --check .
      kspec fmt --diff --format json shop.kspec
    """
    from kspec.emit.atomic import write_file
    from kspec.syntax.format import format_source

    outcomes = [format_source(source) for source in _texts(session)]
    changed = [o for o in outcomes if o.changed]
    writing = not (only_check or diff)
    if writing:
        for outcome in changed:
            if outcome.source.path != "-":
                write_file(Path(outcome.source.path), outcome.text)
    broken = [o for o in outcomes if o.diagnostics]
    if session.format == "json" and not broken:
        files: list[Json] = [_file(o, writing) for o in outcomes]
        session.answer_json({"schema": SCHEMA, "files": files})
    elif session.format == "text" and (
        text := "".join(_told(o, session, only_check, diff) for o in outcomes if not o.diagnostics)
    ):
        session.answer(text)
    if broken:
        raise session.refuse([d for o in broken for d in o.diagnostics], {o.source.path: o.source for o in broken})
    if changed and not writing:
        raise Stop(Exit.FINDINGS)


def _told(outcome: Formatted, session: Session, only_check: bool, diff: bool) -> str:
    """What a text is answered with: standard input the text itself, a file nothing."""
    if diff:
        return outcome.diff()
    if only_check:
        return f"would change {outcome.source.path}\n" if outcome.changed and not session.quiet else ""
    return outcome.text if outcome.source.path == "-" else ""


def _file(outcome: Formatted, writing: bool) -> Object:
    path = outcome.source.path
    told: Object = {"file": path, "changed": outcome.changed, "diff": outcome.diff()}
    return {**told, "text": outcome.text} if path == "-" else {**told, "written": writing and outcome.changed}


def _texts(session: Session) -> list[SourceFile]:
    found: list[SourceFile] = []
    for path in session.required_paths():
        files = sorted(Path(path).rglob("*.kspec")) if Path(path).is_dir() else [Path(path)]
        try:
            if path == "-":
                found.append(SourceFile("-", (session.stdin or b"").decode("utf-8")))
                continue
            found += [SourceFile(str(f), f.read_text(encoding="utf-8")) for f in files]
        except (OSError, UnicodeDecodeError) as error:
            raise click.UsageError(f"cannot read {path}: {error}") from error
    return found
