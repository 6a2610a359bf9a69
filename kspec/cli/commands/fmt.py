"""`kspec fmt`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kspec.cli.exits import Exit, Stop
from kspec.source.text import SourceFile

if TYPE_CHECKING:
    from kspec.syntax.format import Formatted


@click.command("fmt", short_help="One style for kspec texts.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if a file would change.")
@click.option("--diff", is_flag=True, help="Change nothing; print what would change.")
def command(paths: tuple[str, ...], only_check: bool, diff: bool) -> None:
    """Bring .kspec files (or all below a folder) into one style; - formats standard input to standard output.

    Comments and groups of lines are kept. A text with syntax errors is left alone, and exit code 2 says so.

    \b
    Examples:
      kspec fmt models/
      kspec fmt --check .
    """
    from kspec.emit.atomic import write_file
    from kspec.syntax.format import format_source

    changed, broken = 0, False
    for source in _texts(paths):
        outcome = format_source(source)
        if outcome.diagnostics:
            broken = True
            _say(outcome)
        elif source.path == "-" and not (only_check or diff):
            click.echo(outcome.text, nl=False)
        elif outcome.changed:
            changed += 1
            if diff:
                click.echo(outcome.diff(), nl=False)
            elif only_check:
                click.echo(f"would change {source.path}")
            else:
                write_file(Path(source.path), outcome.text)
    if broken:
        raise Stop(Exit.BAD_INPUT)
    if changed and (only_check or diff):
        raise Stop(Exit.FINDINGS)


def _texts(paths: tuple[str, ...]) -> list[SourceFile]:
    found: list[SourceFile] = []
    for path in paths:
        if path == "-":
            found.append(SourceFile("-", sys.stdin.read()))
            continue
        files = sorted(Path(path).rglob("*.kspec")) if Path(path).is_dir() else [Path(path)]
        try:
            found += [SourceFile(str(f), f.read_text(encoding="utf-8")) for f in files]
        except (OSError, UnicodeDecodeError) as error:
            raise click.UsageError(f"cannot read {path}: {error}") from error
    return found


def _say(outcome: Formatted) -> None:
    from rich.console import Console

    from kspec.emit.diagnostics.frame import print_diagnostics

    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    print_diagnostics(console, outcome.diagnostics, {outcome.source.path: outcome.source})
