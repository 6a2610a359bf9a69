"""`kspec verify`."""

from __future__ import annotations

import click

from kspec.cli.exits import Exit, Stop
from kspec.cli.options import design_options
from kspec.cli.session import Session

_ENGINES = ("portfolio", "walk", "search", "induction", "bmc")


@click.command("verify", short_help="Prove or refute invariants and goals.")
@design_options()
@click.option("--property", "names", multiple=True, metavar="NAME", help="Only this property; may be repeated.")
@click.option("--engine", type=click.Choice(_ENGINES), default="portfolio", show_default=True, help="Force one engine.")
@click.option("--budget", type=click.FloatRange(min=0.1), default=30.0, show_default=True, help="Seconds a property.")
def command(session: Session, names: tuple[str, ...], engine: str, budget: float) -> None:
    """Decide whether what the design promises always holds.

    Exit code 0: all proved; 1: one is violated, with the shortest story; 3: one is undecided or vacuous.

    \b
    Examples:
      kspec verify shop.kspec
      kspec verify shop.kspec --property floor --format json
    """
    from kspec.check.design import unknown_names, verify_design
    from kspec.check.options import Engine, Options
    from kspec.check.verdict import Proved, Violated, document
    from kspec.emit.answers.verdicts import verdicts_text

    design = session.design()
    missing = unknown_names(design, names)
    if missing:
        known = ", ".join(p.name.text for p in design.properties) or "none"
        raise click.UsageError(f"the design has no property {missing[0]!r}; it has: {known}")
    with session.steps("verifying") as say:
        options = Options(seconds=budget, engine=Engine(engine), progress=say)
        verified = verify_design(design, options, names)
    if verified.diagnostics.has_errors:
        raise session.refuse(list(verified.diagnostics))
    if session.format == "json":
        session.answer_json(document(list(verified.verdicts)))
    else:
        session.answer(verdicts_text(verified.verdicts))
    if any(isinstance(v, Violated) for v in verified.verdicts):
        raise Stop(Exit.FINDINGS)
    if not all(isinstance(v, Proved) for v in verified.verdicts):
        raise Stop(Exit.UNDECIDED)
