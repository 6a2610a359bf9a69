"""Which environment actions of the components are on in a question, and how often each may happen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kspec.core.expr import TRUE, Expr
from kspec.core.system import Action, Variable, integer
from kspec.domain.objects import ObjectRef
from kspec.elaborate.behaviour.actions import Budget
from kspec.elaborate.behaviour.disturbances import AnyOf, Disturbance, NodeNamed, ZoneNamed, cause_of
from kspec.elaborate.behaviour.evaluator import Evaluator
from kspec.elaborate.behaviour.instances import Instance
from kspec.elaborate.behaviour.library import Library
from kspec.elaborate.behaviour.literals import kind_is
from kspec.elaborate.behaviour.mistakes import UNKNOWN_NAME, Mistake, mistake
from kspec.elaborate.behaviour.scope import Scope
from kspec.elaborate.behaviour.sets import Domain, NodeRef
from kspec.elaborate.behaviour.things import Thing, Workload
from kspec.elaborate.behaviour.values import Value
from kspec.elaborate.suggest import did_you_mean
from kspec.syntax import nodes as n


class Switches:
    """Which environment actions are on, and how often each may happen."""

    def __init__(
        self, evaluator: Evaluator, library: Library, disturbances: Sequence[Disturbance], when: Expr = TRUE
    ) -> None:
        self._evaluator = evaluator
        self._when = when
        self._library = library
        self._disturbances = disturbances

    def budgets(self, instance: Instance, action: n.Action) -> Sequence[Budget] | None:
        """None where an action is no disturbance: a controller's, or an environment action of the design's own."""
        if action.role is not n.Role.ENVIRONMENT:
            return None
        wanted = [d for d in self._disturbances if d.name == action.name.text]
        if not wanted and instance.component.name.text in self._library.own:
            return None
        return [budget for d in wanted if self._aims(d, instance, action) for budget in self._of(d, instance, action)]

    def _aims(self, disturbance: Disturbance, instance: Instance, action: n.Action) -> bool:
        subject: Value = instance.subject
        match disturbance.target:
            case ObjectRef() as ref:
                return isinstance(subject, Thing) and subject.resource.ref == ref
            case AnyOf(noun="node"):
                return isinstance(subject, NodeRef)
            case AnyOf(noun="zone"):
                return isinstance(subject, Domain)
            case NodeNamed(name=name):
                return isinstance(subject, NodeRef) and subject.place.single and subject.place.sample.name == name
            case ZoneNamed(name=name):
                return isinstance(subject, Domain) and subject.value == name
            case None | AnyOf(noun="pod"):
                return not isinstance(subject, Thing | NodeRef | Domain)
            case AnyOf(noun=noun):
                return isinstance(subject, Thing) and kind_is(subject.kind, noun)

    def _of(self, disturbance: Disturbance, instance: Instance, action: n.Action) -> Iterator[Budget]:
        given: dict[str, Value] = {}
        for binder in action.binders:
            if binder.name.text in disturbance.arguments:
                given[binder.name.text] = self._evaluator.value(disturbance.arguments[binder.name.text], Scope())
        if not disturbance.changes_template:
            yield Budget(disturbance.variable(0), given, self._when, disturbance.condition)
            return
        owner = instance.subject
        assert isinstance(owner, Workload)
        own = [r for r in owner.revisions if r.cause == cause_of(disturbance)]
        for turn, revision in enumerate(own):
            named = {b.name.text: revision for b in action.binders if b.name.text not in given}
            yield Budget(disturbance.variable(turn), {**given, **named}, self._when)

    def variables(self) -> list[Variable]:
        """The globals that count down."""
        found = []
        for d in self._disturbances:
            turns = d.times if d.changes_template else 1
            found += [
                integer(d.variable(turn), 0, times, times) for turn in range(turns) for times in (d.times // turns,)
            ]
        return found

    def unused(self, actions: Iterable[Action]) -> list[Mistake]:
        """Disturbances that no component took up: none of the actions counts them down."""
        counted = {name for action in actions for name in action.globals}
        return [
            mistake(UNKNOWN_NAME, f"nothing can be disturbed by {d.name} in this way", d.span, _meant(d))
            for d in self._disturbances
            if d.variable(0) not in counted
        ]


_NOUNS = ("node", "zone", "pod")


def _meant(disturbance: Disturbance) -> str | None:
    """What may have been meant by a noun that is none of those that disturbances hit."""
    target = disturbance.target
    noun = target.noun if isinstance(target, AnyOf) else None
    return did_you_mean(noun, _NOUNS) if noun is not None and noun not in _NOUNS else None
