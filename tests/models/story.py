"""Scenarios of the models in their own words: a small design, what happens to it, what is then true."""

from __future__ import annotations

from collections.abc import Sequence

from kspec.core.system import ActionKind, Family
from kspec.elaborate.behaviour.simulation import simulation
from kspec.elaborate.load import load
from kspec.run.agenda import Option
from kspec.run.execute import Executor
from kspec.run.policy import EarliestDue
from kspec.run.trace import Step
from kspec.source.text import SourceFile
from kspec.syntax import nodes as n
from kspec.syntax import parse


class Story:
    """A design on a simulated cluster, settled from nothing. `under` lists what may happen to it."""

    def __init__(self, design: str, under: str = "", settle: bool = True) -> None:
        loaded = load(["-"], stdin=design)
        assert loaded.design is not None, [d.message for d in loaded.diagnostics]
        self.simulation = simulation(loaded.design, _disturbances(under))
        system = self.simulation.system
        assert system is not None, [(d.message, str(d.span)) for d in self.simulation.diagnostics]
        self.executor = Executor(system, self.simulation.namer, families=(Family.RANKING, Family.SCORE))
        self.steps: list[Step] = []
        if settle:
            self.settle()

    def settle(self, limit: int = 2000) -> Story:
        """Let the controllers work until nothing moves."""
        self.steps += self.executor.run(EarliestDue(), limit)
        assert self.executor.settled(), "the cluster does not settle"
        return self

    def run(self, actions: int) -> Story:
        """Let the controllers take some actions."""
        self.steps += self.executor.run(EarliestDue(), actions)
        return self

    def can(self, label: str, node: str | None = None) -> bool:
        """Some action of this label is enabled (on this node)."""
        return bool(self._options(label, node))

    def do(self, label: str, node: str | None = None) -> Story:
        """Take the first enabled action whose label contains these words (on this node)."""
        options = self._options(label, node)
        assert options, f"{label} cannot happen; possible: {self.possible()}"
        self.steps += self.executor.take(options[0])
        return self

    def value(self, expression: str) -> int:
        """The value of an expression now."""
        asked = _expression(expression)
        formula = self.simulation.value(asked)
        assert formula is not None, [d.message for d in self.simulation.diagnostics]
        enabled = frozenset(a.component for a in self._controllers())
        return self.executor.world.value(formula, None, enabled)

    def holds(self, expression: str) -> bool:
        """The expression is true now."""
        return self.value(expression) == 1

    def said(self, component: str) -> list[str]:
        """What a component has told so far."""
        return [step.summary for step in self.steps if step.component == component]

    def bound_to(self) -> str:
        """The node of the latest binding."""
        return [step.summary for step in self.steps if step.action == "bind"][-1].rpartition(" ")[2]

    def events(self, reason: str) -> list[str]:
        """The messages of the events with this reason."""
        return [step.summary for step in self.steps if step.action == reason]

    def possible(self) -> list[str]:
        """The labels of what can happen now."""
        actions = self.executor.world.system.actions
        return sorted({actions[o.choice.action].label for o in self.executor.options()})

    def _controllers(self) -> list:
        actions = self.executor.world.system.actions
        options = (actions[o.choice.action] for o in self.executor.options())
        return [a for a in options if a.kind is ActionKind.CONTROLLER]

    def _options(self, label: str, node: str | None) -> list[Option]:
        world = self.executor.world

        def fits(option: Option) -> bool:
            choice = option.choice
            where = None if choice.node is None else world.nodes[choice.node].name
            return label in world.system.actions[choice.action].label and node in (None, where)

        return [option for option in self.executor.options() if fits(option)]


def _property(text: str) -> n.Property:
    parsed = parse(SourceFile("<test>", text))
    assert parsed.file is not None, [d.message for d in parsed.diagnostics]
    (node,) = parsed.file.items
    assert isinstance(node, n.Property)
    return node


def _expression(text: str) -> n.Expr:
    return _property(f"witness asked: {text}").formula


def _disturbances(under: str) -> Sequence[n.Disturbance]:
    return _property(f"invariant asked: true under {under}").under if under else ()
