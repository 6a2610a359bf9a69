"""`kspec baseline write|check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kspec.cli.exits import Exit, Stop
from kspec.cli.options import design_options
from kspec.cli.session import Session

if TYPE_CHECKING:
    from kspec.cli.checking.asked import Asked
    from kspec.cli.checking.checked import Checked


@click.command("baseline", short_help="Remember today's findings, so that only new ones count.")
@click.argument("action", type=click.Choice(["write", "check"]))
@design_options()
@click.option("--file", "file", metavar="FILE", help="The baseline.  [default: as configured, or .kspec-baseline.json]")
@click.option("--profile", metavar="NAME", help="As in `kspec check`.")
@click.option("--no-solve", is_flag=True, help="Leave out placement and properties.")
@click.option("--budget", type=click.FloatRange(min=0.1), default=30.0, show_default=True, help="Seconds a question.")
def command(
    session: Session, action: str, file: str | None, profile: str | None, no_solve: bool, budget: float
) -> None:
    """Write the findings of a design down, or find what is new since.

    A finding is known by its rule, its object and its field, so it stays known when lines move. `check` also tells
    which findings are gone, and fails on new ones at the level of fail-on.

    \b
    Examples:
      kspec baseline write ./k8s/
      kspec baseline check ./k8s/
    """
    from dataclasses import replace

    from kspec.cli.checking.asked import asked, baseline_file
    from kspec.cli.checking.options import Options
    from kspec.cli.checking.run import check
    from kspec.lint.baseline import baseline_of, write_baseline

    options = Options(profile=profile, solve=not no_solve, budget=budget)
    path = Path(file) if file is not None else baseline_file(options)
    if action == "check":
        options = replace(options, baseline=str(path))
    question = asked(options, session.answers.store)
    if action == "write":
        question = replace(question, baseline=None)
    with session.steps("checking") as say:
        checked = check(session.loaded(), question, say)
    if checked.wrong_input:
        raise session.refuse(list(checked.all_shown), checked.report.sources)
    if action == "write":
        _write(path, write_baseline(baseline_of(checked.all_shown)))
        click.echo(f"{len(checked.all_shown)} findings are known now, in {path}", err=True)
        return
    _compare(session, checked, question)


def _compare(session: Session, checked: Checked, question: Asked) -> None:
    """Tell what is new and what is gone."""
    from kspec.emit.diagnostics.formats import FORMATS, print_report

    if session.format == "text" and session.output is None:
        print_report(session.console, checked.report, brief=session.quiet)
    else:
        session.answer(FORMATS[session.format](checked.report))
    gone = question.baseline.split(checked.all_shown)[2] if question.baseline is not None else []
    for entry in gone:
        click.echo(f"gone: {entry.rule} {entry.object} {entry.message}", err=True)
    if checked.failed:
        raise Stop(Exit.FINDINGS)


def _write(path: Path, text: str) -> None:
    from kspec.emit.atomic import write_file

    try:
        write_file(path, text)
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror or error}") from error
