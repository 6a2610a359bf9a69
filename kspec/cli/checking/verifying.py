"""Whether what a design promises always holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import assert_never

from kspec.cache import Store
from kspec.check.blame import Blame, blame
from kspec.check.design import verify_design
from kspec.check.options import Engine, Options
from kspec.check.silent import silent_actions
from kspec.check.verdict import Proved, Unknown, Vacuous, Verdict, Violated
from kspec.cli.checking import rules
from kspec.cli.checking.telling import how, told
from kspec.core.property import PropertyKind
from kspec.elaborate.behaviour.habits import Asked, Habit, habits
from kspec.elaborate.behaviour.inside import Posed, posed_in
from kspec.elaborate.design import Design
from kspec.source.diagnostic import Diagnostic
from kspec.source.text import Span

_STATES, _SECONDS = 4_000, 1.5
"""What a question about a controller's habits may use: it is asked to find, not to prove."""


def verified(design: Design, budget: float, say: Callable[[str], None], store: Store) -> Iterator[Diagnostic]:
    """Verdicts other than proofs, and mistakes in properties and components."""
    posed = posed_in(design)
    if not posed:
        return
    options = Options(seconds=budget, progress=say, store=store)
    outcome = verify_design(design, options)
    yield from outcome.diagnostics
    asked = {one.property.name.text: one for one in posed}
    for verdict in outcome.verdicts:
        one = asked.get(verdict.property.name)
        found = _finding(verdict, one.property.name.span if one is not None else None)
        if found is not None and one is not None:
            found = _blamed(found, design, one, options)
        if found is not None:
            yield found
    yield from _habits(design, store)
    for component, action in silent_actions(design):
        message = f"action {action.name.text} of component {component.name.text} never happens"
        help = "nothing that the properties ask about makes its guard true"
        yield Diagnostic(
            rules.VACUOUS, message, action.name.span, help, field=f"{component.name.text}.{action.name.text}"
        )


def _blamed(found: Diagnostic, design: Design, posed: Posed, options: Options) -> Diagnostic:
    """The finding, under the rule that says what alone breaks the promise."""
    if found.rule not in (rules.VIOLATED, rules.NOT_REACHED):
        return found
    match blame(design, posed, options):
        case None:
            return found
        case Blame.STALE_READ:
            return replace(found, rule=rules.STALE_READ, message=f"{found.message}; with fresh caches it holds")
        case Blame.CRASH:
            return replace(found, rule=rules.CRASH_UNSAFE, message=f"{found.message}; without restarts it holds")


def _habits(design: Design, store: Store) -> Iterator[Diagnostic]:
    """What the design's own controllers do that no controller should."""
    asked = habits(design)
    options = Options(seconds=_SECONDS, states=_STATES, engine=Engine.SEARCH, store=store)
    told_of: set[tuple[Habit, Span]] = set()
    for one in asked:
        key = (one.habit, one.action.span)
        if key in told_of:
            continue
        for verdict in verify_design(design, options, posed=[one.posed]).verdicts:
            if isinstance(verdict, Violated):
                told_of.add(key)
                yield _habit(one, verdict)


def _habit(asked: Asked, verdict: Violated) -> Diagnostic:
    name = f"{asked.component.name.text}.{asked.action.name.text}"
    steps = told(verdict.counterexample)
    match asked.habit:
        case Habit.NEEDLESS:
            message = f"action {name} happens though everything is as it writes it"
            help = "let the guard ask whether there is anything to change"
            return Diagnostic(rules.NOT_IDEMPOTENT, message, asked.action.name.span, help, story=steps, field=name)
        case Habit.LOST_UPDATE:
            message = f"action {name} writes over what was written since it looked"
            help = "let the guard ask whether the field is still what it was"
            return Diagnostic(rules.LOST_UPDATE, message, asked.action.name.span, help, story=steps, field=name)
        case _:
            assert_never(asked.habit)


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
