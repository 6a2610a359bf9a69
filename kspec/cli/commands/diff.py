"""`kspec diff`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kspec.cli.exits import Exit, Stop
from kspec.cli.options import design_options
from kspec.cli.session import Session
from kspec.source.diagnostic import Severity

if TYPE_CHECKING:
    from kspec.cli.sides import Side
    from kspec.elaborate.design import Design

_LEVELS = ("error", "warning", "info")


@click.command("diff", short_help="What a change does to a cluster: objects, pods, rollouts, room.")
@design_options(("text", "json", "markdown"))
@click.option("--fail-on", type=click.Choice(_LEVELS), default="error", show_default=True, help="Exit with 1 at this.")
@click.option("--no-solve", is_flag=True, help="Leave out placement and rollouts.")
@click.option("--budget", type=click.FloatRange(min=0.1), default=30.0, show_default=True, help="Seconds a question.")
def command(session: Session, fail_on: str, no_solve: bool, budget: float) -> None:
    """Tell what a change does to a cluster that runs the first side: kspec diff BEFORE AFTER.

    A side is a path, a path at a revision (REV:PATH), or git:REV for the other side's path at that revision. Without
    AFTER it is what is there now. Told are objects that come, go and change field by field, updates that the API server
    refuses, pods that restart and configuration they do not see, weaker budgets, rollouts that can not finish, and what
    no longer fits.

    Exit code 0: nothing at the level of --fail-on; 1: something; 3: a question was not decided.

    \b
    Examples:
      kspec diff git:main k8s/
      kspec diff old/ new/ --format json
      kspec diff v1.4:shop.kspec shop.kspec --format markdown -o comment.md
    """
    from kspec.cli.sides import sides
    from kspec.diff.difference import Question, difference
    from kspec.emit.changes import changes_json, changes_markdown, changes_text
    from kspec.emit.changes.shown import Told

    if not 1 <= len(session.paths) <= 2:
        raise click.UsageError("give two sides: kspec diff git:main k8s/")
    before, after = sides(session.paths[0], session.paths[1] if len(session.paths) == 2 else None)
    with session.steps("comparing") as say:
        old, new = _design(session, before, True), _design(session, after, False)
        assert new is not None
        asked = Question(old, new, budget, not no_solve, session.answers.store)
        told = Told(difference(asked, say), str(before), str(after))
    match session.format:
        case "json":
            session.answer_json(changes_json(told))
        case "markdown":
            session.answer(changes_markdown(told))
        case _:
            session.answer(changes_text(told))
    if any(d.level.rank >= Severity(fail_on).rank for d in told.difference.effects):
        raise Stop(Exit.FINDINGS)
    if told.difference.undecided:
        raise Stop(Exit.UNDECIDED)


def _design(session: Session, side: Side, may_be_missing: bool) -> Design | None:
    """The design of a side; where it can not be read, what is wrong with it is said."""
    from kspec.cli.sides import read

    loaded = read(side, session.env, session.settings, session.stdin)
    if loaded is None:
        if may_be_missing:
            return None
        raise click.UsageError(f"{side.path} was not there at {side.revision}")
    if loaded.design is None:
        if side.revision is not None:
            click.echo(f"at {side.revision}:", err=True)
        raise session.refuse(list(loaded.diagnostics), loaded.sources)
    return loaded.design
