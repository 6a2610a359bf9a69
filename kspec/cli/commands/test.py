"""`kspec test`."""

from __future__ import annotations

import click

from kspec.cli.exits import Exit, Stop
from kspec.cli.options import design_options
from kspec.cli.session import Session


@click.command("test", short_help="Play the scenarios of a design, and check what they expect.")
@design_options(("text", "json", "junit"))
@click.option("--scenario", "names", multiple=True, metavar="NAME", help="Only this scenario; may be repeated.")
@click.option("--trace", is_flag=True, help="Tell every step.")
@click.option("--seed", type=int, help="Which of several nodes an event hits; without it, the first.")
def command(session: Session, names: tuple[str, ...], trace: bool, seed: int | None) -> None:
    """Play each scenario of a design on its cluster, once that has settled, in every course its choices allow.

    A scenario shows one run of the components, `kspec verify` looks at all of them.

    Exit code 0: everything came about; 1: something did not; 3: there are courses that were not played.

    \b
    Examples:
      kspec test shop.kspec
      kspec test shop.kspec --scenario upgrade --trace
      kspec test shop.kspec --format junit -o scenarios.xml
    """
    from kspec.cli.checking.rehearsing import misses
    from kspec.emit.answers.rehearsals import rehearsals_json, rehearsals_junit, rehearsals_text
    from kspec.scheduler.rehearsal import rehearse
    from kspec.source.diagnostic import Diagnostics

    loaded = session.loaded()
    design = session.design_of(loaded)
    known = [s.name.text for s in design.scenarios]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise click.UsageError(f"the design has no scenario {unknown[0]!r}; it has: {', '.join(known) or 'none'}")
    played, mistakes, missed = [], Diagnostics(), Diagnostics()
    with session.steps("testing") as say:
        for scenario in design.scenarios:
            if not names or scenario.name.text in names:
                say(scenario.name.text)
                played.append(rehearse(design, scenario, seed))
                mistakes.extend(played[-1].diagnostics)
                missed.extend(misses(played[-1]))
    if mistakes.has_errors:
        raise session.refuse(list(mistakes), loaded.sources)
    match session.format:
        case "json":
            session.answer_json(rehearsals_json(played))
        case "junit":
            session.answer(rehearsals_junit(played))
        case _:
            session.answer(rehearsals_text(played, trace=trace))
            session.findings(missed, loaded.sources)
    if any(p.failed for p in played):
        raise Stop(Exit.FINDINGS)
    if not all(p.passed for p in played):
        raise Stop(Exit.UNDECIDED)
