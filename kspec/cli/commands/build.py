"""`kspec build`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kspec.cli.exits import Exit, Stop
from kspec.cli.options import design_options
from kspec.cli.session import Session

if TYPE_CHECKING:
    from kspec.emit.outcome import Outcome


@click.command("build", short_help="Manifests, placement, trace, proofs and a report, as files.")
@design_options()
@click.option("--budget", type=click.FloatRange(min=0.1), default=30.0, show_default=True, help="Seconds a property.")
@click.option("--no-verify", is_flag=True, help="Leave the proofs out.")
def command(session: Session, budget: float, no_verify: bool) -> None:
    """Write everything kspec has to say about a design to OUT/<design>/ (-o OUT, by default out/).

    Exit code 0: it fits and what it promises is proved; 1: it does not fit or a promise is broken; 3: undecided.
    What was found is written in any case; on errors in the input nothing is.

    \b
    Example:
      kspec build shop.kspec -o out/
    """
    from kspec.cli.building import build, code_of
    from kspec.emit.atomic import write_tree

    loaded = session.loaded()
    if loaded.design is None:
        session.findings(loaded.diagnostics, loaded.sources)
        raise Stop(Exit.BAD_INPUT)
    with session.steps("building") as say:
        outcome = build(loaded, budget, verify=not no_verify, say=say)
    if any(finding.is_error for finding in outcome.findings):
        raise session.refuse(outcome.findings, loaded.sources)
    folder = Path(session.output or "out") / loaded.design.name
    try:
        write_tree(folder, outcome.files())
    except OSError as error:
        raise click.UsageError(f"cannot write {folder}: {error}") from error
    _say(session, outcome, folder)
    raise Stop(code_of(outcome))


def _say(session: Session, outcome: Outcome, folder: Path) -> None:
    """A few lines on standard output: what came out, and where it lies."""
    from kspec.emit.answers.summary import summary, summary_json

    if session.format == "json":
        session.print_json(summary_json(outcome, str(folder)))
    elif not session.quiet:
        click.echo(summary(outcome, str(folder)), nl=False)
