"""Whether what a design promises always holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import assert_never

from kspec.cache import Store
from kspec.check.design import verify_design
from kspec.check.options import Options
from kspec.check.silent import silent_actions
from kspec.check.verdict import Proved, Unknown, Vacuous, Verdict, Violated
from kspec.cli.checking import rules
from kspec.cli.checking.telling import how, told
from kspec.core.property import PropertyKind
from kspec.elaborate.behaviour.inside import posed_in
from kspec.elaborate.design import Design
from kspec.source.diagnostic import Diagnostic
from kspec.source.text import Span


def verified(design: Design, budget: float, say: Callable[[str], None], store: Store) -> Iterator[Diagnostic]:
    """Verdicts other than proofs, and mistakes in properties and components."""
    posed = posed_in(design)
    if not posed:
        return
    outcome = verify_design(design, Options(seconds=budget, progress=say, store=store))
    yield from outcome.diagnostics
    places = {one.property.name.text: one.property.name.span for one in posed}
    for verdict in outcome.verdicts:
        found = _finding(verdict, places.get(verdict.property.name))
        if found is not None:
            yield found
    for component, action in silent_actions(design):
        message = f"action {action.name.text} of component {component.name.text} never happens"
        help = "nothing that the properties ask about makes its guard true"
        yield Diagnostic(
            rules.VACUOUS, message, action.name.span, help, field=f"{component.name.text}.{action.name.text}"
        )


def _finding(verdict: Verdict, span: Span | None) -> Diagnostic | None:
    name, kind = verdict.property.name, verdict.property.kind.value
    match verdict:
        case Proved():
            return None
        case Violated(counterexample=story):
            steps = told(story)
            rule = rules.VIOLATED if verdict.property.kind is PropertyKind.INVARIANT else rules.NOT_REACHED
            ending = how(story.shape) if story is not None else "it can be broken"
            message = f"{kind} {name} does not hold: {ending} after {len(steps)} steps"
            return Diagnostic(rule, message, span, "`kspec verify` tells more", story=steps, field=name)
        case Unknown():
            message = f"{kind} {name} was not decided ({verdict.scope}) within the budget"
            help = "raise --budget, or narrow the ranges"
            return Diagnostic(rules.UNDECIDED, message, span, help, field=name, story=verdict.tried)
        case Vacuous(reason=reason):
            return Diagnostic(rules.VACUOUS, f"{kind} {name} is about nothing: {reason}", span, field=name)
        case _:
            assert_never(verdict)
