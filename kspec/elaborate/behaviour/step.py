"""One action in the making: which node it binds, what it writes, which pod it moves."""

from __future__ import annotations

from dataclasses import dataclass, field

from kspec.core.build import ite, lift
from kspec.core.expr import TRUE, Expr
from kspec.elaborate.behaviour.mistakes import NOT_IN_CORE, mistake
from kspec.elaborate.behaviour.sets import NodeRef, Pod
from kspec.elaborate.behaviour.store import Slot
from kspec.elaborate.behaviour.things import Life
from kspec.source.text import Span


@dataclass(slots=True)
class PodMove:
    """The one pod an action moves: where it comes from and where it goes, each with the node it is counted on."""

    pod: Pod | None
    target: Life | None
    node: NodeRef | None
    span: Span
    told: int = 0
    """How many lines had been told when it was last changed."""


@dataclass(slots=True)
class Written:
    """One place's new value."""

    slot: Slot
    value: Expr
    span: Span
    told: int = 0
    """How many lines had been told before."""


@dataclass(slots=True)
class Step:
    """What one instance of an action does. All values speak of the state before it."""

    node: NodeRef | None = None
    writes: dict[Expr, Written] = field(default_factory=dict)
    broadcast: dict[int, dict[str, Expr]] = field(default_factory=dict)
    move: PodMove | None = None
    guards: list[Expr] = field(default_factory=list)
    branch: Expr = TRUE
    """The condition of the `if` being read, where the run decides it."""
    told: int = 0
    """How many lines have been told."""

    def bind(self, node: NodeRef, span: Span) -> None:
        """Bind a node; a second one is a mistake."""
        if self.node is None:
            self.node = node
        elif self.node != node:
            raise mistake(NOT_IN_CORE, "an action binds one node, and this would be a second one", span)

    def write(self, slot: Slot, value: int | Expr, span: Span) -> None:
        """Give a place its new value; twice is a mistake, unless two branches of an `if` exclude each other."""
        if slot.place in self.writes and self.branch is TRUE:
            raise mistake(NOT_IN_CORE, f"{slot.name} is written twice in one step", span)
        now = self.writes[slot.place].value if slot.place in self.writes else slot.place
        self.writes[slot.place] = Written(slot, ite(self.branch, value, now), span, self.told)

    def write_everywhere(self, slot: Slot, index: int, value: int | Expr, span: Span) -> None:
        """Give a place of every node of a class its new value."""
        updates = self.broadcast.setdefault(index, {})
        if slot.name in updates:
            raise mistake(NOT_IN_CORE, f"{slot.name} is written twice in one step", span)
        updates[slot.name] = ite(self.branch, lift(value), slot.place)

    def moving(self, pod: Pod, span: Span) -> PodMove:
        """The move of this pod, begun or under way."""
        if self.branch is not TRUE:
            raise mistake(NOT_IN_CORE, "whether a pod moves is decided by an action's guard, not inside it", span)
        if self.move is None:
            self.move = PodMove(pod, pod.life, pod.node, span)
        elif self.move.pod != pod:
            raise mistake(NOT_IN_CORE, "an action moves one pod, and this would be a second one", span)
        self.move.told = self.told
        return self.move

    def create(self, life: Life, node: NodeRef | None, span: Span) -> None:
        """Make a pod."""
        if self.branch is not TRUE or self.move is not None:
            raise mistake(NOT_IN_CORE, "an action moves one pod, and this would be a second one", span)
        self.move = PodMove(None, life, node, span, self.told)
