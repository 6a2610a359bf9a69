"""A change, with everything that follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kspec.cache import NO_STORE, Store
from kspec.diff.effects.both import Both
from kspec.diff.effects.budgets import weaker_budgets
from kspec.diff.effects.claims import grown_claims
from kspec.diff.effects.configuration import configuration
from kspec.diff.effects.removals import removals
from kspec.diff.effects.restarts import restarted, restarts
from kspec.diff.objects import Altered, How, altered
from kspec.elaborate.design import Design
from kspec.source.diagnostic import Diagnostic


@dataclass(frozen=True)
class Difference:
    """The objects that differ, in order, what follows, and what could not be found out (`notes`)."""

    objects: tuple[Altered, ...]
    effects: tuple[Diagnostic, ...]
    notes: tuple[str, ...] = ()
    undecided: bool = False

    def of(self, altered: Altered) -> list[Diagnostic]:
        """What follows from the change of one object, the worst first."""
        return [d for d in self.effects if d.object == str(altered.resource.ref)]

    @property
    def elsewhere(self) -> list[Diagnostic]:
        """What is about objects that do not differ themselves, or about none."""
        names = {str(a.resource.ref) for a in self.objects}
        return [d for d in self.effects if d.object not in names]

    def count(self, how: How) -> int:
        return sum(a.how is how for a in self.objects)


@dataclass(frozen=True)
class Question:
    """Two designs, the budget of a question in seconds, and whether nodes are looked at."""

    before: Design | None
    after: Design
    budget: float = 30.0
    solve: bool = True
    store: Store = NO_STORE


def difference(question: Question, say: Callable[[str], None]) -> Difference:
    """What a change does."""
    objects = tuple(altered(question.before, question.after))
    both = Both(question.before, question.after, objects)
    notes: list[str] = []
    found = [*_of_objects(both), *_of_cluster(question, both, say, notes)] if objects else []
    effects = sorted(dict.fromkeys(found), key=_order)
    return Difference(objects, tuple(effects), tuple(notes), any("not decided" in note for note in notes))


def _of_objects(both: Both) -> Iterator[Diagnostic]:
    for refusals in both.refusals.values():
        yield from refusals
    yield from restarts(both)
    yield from configuration(both, frozenset(pods.key for pods in restarted(both)))
    yield from weaker_budgets(both)
    yield from grown_claims(both)
    yield from removals(both)


def _of_cluster(question: Question, both: Both, say: Callable[[str], None], notes: list[str]) -> Iterator[Diagnostic]:
    """What needs a solver, which is loaded only now."""
    if not question.solve:
        return
    from kspec.diff.effects.placement import no_longer_fits
    from kspec.diff.effects.rollouts import stuck_rollouts

    say("placing")
    yield from no_longer_fits(question.before, question.after, question.budget, notes)
    say("rollouts")
    replaced = tuple(restarted(both))
    yield from stuck_rollouts(question.after, both.after, replaced, question.budget, question.store, say, notes)


def _order(diagnostic: Diagnostic) -> tuple[int, str, str]:
    return -diagnostic.level.rank, diagnostic.rule.id, diagnostic.message
