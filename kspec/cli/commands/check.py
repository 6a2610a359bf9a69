"""`kspec check`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kspec.cli.exits import Exit, Stop
from kspec.cli.options import design_options
from kspec.cli.pairs import Answer, Paired
from kspec.cli.session import Session
from kspec.source.diagnostic import Severity

if TYPE_CHECKING:
    from kspec.cli.checking.checked import Checked
    from kspec.emit.diagnostics.report import Report

FORMATS = ("text", "json", "jsonl", "sarif", "junit", "github", "gitlab", "checkstyle", "markdown", "html")
_PROFILES = ("default", "strict", "pss-baseline", "pss-restricted", "cost", "gitops")
_LEVELS = ("error", "warning", "info")


@click.command("check", cls=Paired, short_help="Everything below, as findings; the verb for CI.")
@design_options(FORMATS, several=True)
@click.option("--profile", type=click.Choice(_PROFILES), help="Which rules speak, and how loudly.  [default: default]")
@click.option(
    "--select", multiple=True, metavar="KSn", help="Only these rules: an id, its start, or a name; repeatable."
)
@click.option("--ignore", multiple=True, metavar="KSn", help="Not these rules; repeatable.")
@click.option("--fail-on", type=click.Choice(_LEVELS), help="Exit with 1 at this level.  [default: error]")
@click.option("--report", "reports", multiple=True, metavar="FORMAT=FILE", help="Write a report as well; repeatable.")
@click.option("--config", metavar="FILE", help="Instead of the nearest kspec.toml or [tool.kspec].")
@click.option("--changed-since", metavar="REV", help="Only what a change since a git revision concerns.")
@click.option("--baseline", metavar="FILE", help="Findings in it are known and do not count.")
@click.option("--no-solve", is_flag=True, help="Leave out placement and properties.")
@click.option("--budget", type=click.FloatRange(min=0.1), default=30.0, show_default=True, help="Seconds a question.")
def command(
    session: Session,
    also: tuple[Answer, ...],
    reports: tuple[str, ...],
    fail_on: str | None,
    no_solve: bool,
    **given: object,
) -> None:
    """Find what is wrong with a design, before it is deployed.

    Exit code 0: nothing at the level of --fail-on; 1: something; 2: the input is wrong; 3: a question was not decided
    within the budget.

    \b
    Examples:
      kspec check ./k8s/
      kspec check ./k8s/ --changed-since origin/main
      helm template ./chart | kspec check - --profile pss-restricted
      kspec check shop.kspec --format github --report sarif=kspec.sarif
      kspec check k8s/ --format text --format sarif -o kspec.sarif --format junit -o kspec.xml
    """
    from kspec.cli.checking.options import Options
    from kspec.cli.checking.remembered import checked

    wanted = [*((answer.format, str(answer.file)) for answer in also), *map(_report, reports)]
    options = Options(
        profile=_text(given["profile"]),
        select=_rules(given["select"]),
        ignore=_rules(given["ignore"]),
        fail_on=Severity(fail_on) if fail_on else None,
        config=_text(given["config"]),
        baseline=_text(given["baseline"]),
        solve=not no_solve,
        budget=float(str(given["budget"])),
        changed_since=_text(given["changed_since"]),
    )
    with session.steps("checking") as say:
        outcome = checked(session, options, say)
    _tell(session, outcome.report)
    for format, file in wanted:
        _write(file, _rendered(format, outcome.report))
    _stop(outcome)


def _stop(checked: Checked) -> None:
    if checked.wrong_input:
        raise Stop(Exit.BAD_INPUT)
    if checked.failed:
        raise Stop(Exit.FINDINGS)
    if checked.undecided:
        raise Stop(Exit.UNDECIDED)


def _tell(session: Session, report: Report) -> None:
    """The answer, in the format asked for; text in colour on a terminal."""
    if session.format == "text" and session.output is None:
        from kspec.emit.diagnostics.formats import print_report

        print_report(session.console, report, brief=session.quiet)
    else:
        session.answer(_rendered(session.format, report))
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if session.format == "github" and summary:
        _append(summary, _rendered("markdown", report))


def _rendered(format: str, report: Report) -> str:
    from kspec.emit.diagnostics.formats import FORMATS as RENDERERS

    return RENDERERS[format](report)


def _report(text: str) -> tuple[str, str]:
    format, equals, file = text.partition("=")
    if not equals or not file or format not in FORMATS:
        known = ", ".join(FORMATS)
        raise click.BadParameter(f"{text!r} is not FORMAT=FILE; formats: {known}", param_hint="--report")
    return format, file


def _write(file: str, text: str) -> None:
    from kspec.emit.atomic import write_file

    try:
        write_file(Path(file), text)
    except OSError as error:
        raise click.ClickException(f"cannot write {file}: {error.strerror or error}") from error


def _append(file: str, text: str) -> None:
    """Add to GitHub's step summary; without it the check counts all the same."""
    try:
        with Path(file).open("a", encoding="utf-8") as summary:
            summary.write(text)
    except OSError as error:
        click.echo(f"cannot write the step summary: {error.strerror or error}", file=sys.stderr)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _rules(value: object) -> tuple[str, ...]:
    """Rules as they are given: repeated, or separated by commas."""
    given = value if isinstance(value, tuple) else ()
    return tuple(rule for text in given for rule in str(text).replace(",", " ").split())
