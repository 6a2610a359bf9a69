"""`kspec verify`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from kspec.cli.exits import Exit, Stop
from kspec.cli.options import design_options
from kspec.cli.session import Session

if TYPE_CHECKING:
    from kspec.cli.told import Told

_REPAIRS = 2.0
"""Seconds a broken property may take to be mended."""

_CONDITIONS = 10.0
"""Seconds that the search for the numbers with which a broken property would hold may take."""

_ENGINES = ("portfolio", "walk", "search", "induction", "spacer", "bmc")


@click.command("verify", short_help="Prove or refute invariants and goals.")
@design_options()
@click.option("--property", "names", multiple=True, metavar="NAME", help="Only this property; may be repeated.")
@click.option("--engine", type=click.Choice(_ENGINES), default="portfolio", show_default=True, help="Force one engine.")
@click.option("--budget", type=click.FloatRange(min=0.1), default=30.0, show_default=True, help="Seconds a property.")
@click.option("--standard", is_flag=True, help="Also what every design should do; by itself where it promises nothing.")
@click.option("--condition", is_flag=True, help="Also for which numbers of the design what breaks would hold.")
def command(
    session: Session, names: tuple[str, ...], engine: str, budget: float, standard: bool, condition: bool
) -> None:
    """Decide whether what the design promises always holds.

    Exit code 0: all proved; 1: one is violated, with the shortest story; 3: one is undecided or vacuous. A design
    without a property of its own is asked the library's (drains and rollouts finish, budgets hold, services answer,
    nothing goes round for ever); of these what is about nothing in the design does not count.

    With --condition, what breaks is also told with the exact condition under which it would hold, over the numbers of
    rollouts, budgets, quotas and node pools (of up to 5,000 nodes): proved on one side, tried on the other. That takes
    some seconds.

    \b
    Examples:
      kspec verify shop.kspec
      kspec verify shop.kspec --property floor --format json
      kspec verify ./k8s/ nodes.yaml --standard --property 'finishes(shop/web)'
      kspec verify shop.kspec --property finishes --condition
    """
    from kspec.cli.told import told

    with session.steps("verifying") as say:
        answer = told(
            session,
            ("verify", names, engine, budget, standard, condition),
            lambda: _verified(session, names, engine, budget, standard, condition, say),
        )
    if session.format == "json":
        session.answer_json(answer.document)
    else:
        session.answer(answer.text)
    if answer.code:
        raise Stop(Exit(answer.code))


def _verified(
    session: Session,
    names: tuple[str, ...],
    engine: str,
    budget: float,
    standard: bool,
    condition: bool,
    say: Callable[[str], None],
) -> Told:
    from kspec.check.design import unknown_names, verify_design, with_conditions, with_repairs
    from kspec.check.options import Engine, Options
    from kspec.check.verdict import Proved, Unknown, Vacuous, Violated, document
    from kspec.cli.told import Told
    from kspec.elaborate.behaviour.inside import Posed, posed_in
    from kspec.elaborate.behaviour.standard import standard_properties
    from kspec.emit.answers.verdicts import verdicts_text

    design = session.design()
    own = posed_in(design)
    promised = {one.property.name.text for one in own}
    asked = list(own)
    if standard or (not promised and (design.cluster.pools or design.cluster.nodes)):
        asked += [Posed(prop) for prop in standard_properties(design)]
    missing = unknown_names(asked, names)
    if missing:
        known = ", ".join(one.property.name.text for one in asked) or "none"
        raise click.UsageError(f"the design has no property {missing[0]!r}; it has: {known}")
    options = Options(seconds=budget, engine=Engine(engine), progress=say, store=session.answers.store)
    verified = verify_design(design, options, names, posed=asked)
    if verified.diagnostics.has_errors:
        raise session.refuse(list(verified.diagnostics))
    verdicts = [v for v in verified.verdicts if v.property.name in promised or not isinstance(v, Vacuous)]
    verdicts = with_repairs(design, verdicts, asked, _REPAIRS)
    if condition:
        say("for which numbers it would hold")
        verdicts = with_conditions(verdicts, design, asked, min(_CONDITIONS, budget))
    code = Exit.CLEAN
    if any(isinstance(v, Violated) for v in verdicts):
        code = Exit.FINDINGS
    elif not all(isinstance(v, Proved) for v in verdicts):
        code = Exit.UNDECIDED
    final = not any(isinstance(v, Unknown) for v in verdicts)
    return Told(verdicts_text(verdicts), document(verdicts), code, final=final)
