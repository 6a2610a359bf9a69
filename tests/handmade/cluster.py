"""From a design to a system: places for everything, then each component's actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from handmade.design import Design, Workload
from kspec.core.build import (
    Term,
    aggregate,
    all_nodes,
    and_,
    eq,
    glob,
    implies,
    le,
    local,
    or_,
    sub,
    sum_nodes,
    total,
)
from kspec.core.expr import TRUE, Expr, Fold
from kspec.core.pod import Move, PodState
from kspec.core.property import Property, PropertyKind
from kspec.core.system import (
    Action,
    Measure,
    Parameter,
    Start,
    System,
    Variable,
    action,
    counter,
    integer,
    node_class,
)

PHASES = ("pending", "starting", "failing", "ready", "terminating")
BOUND = PHASES[1:]
Filter = Callable[[PodState], bool]


class Cluster:
    """A system under construction, with the words components and properties use."""

    def __init__(self, design: Design) -> None:
        self.design = design
        self.classes = range(len(design.pools))
        self.globals: list[Variable] = []
        self.locals: list[Variable] = []
        self.actions: list[Action] = []
        self.measures: list[Measure] = []
        self.pods: list[PodState] = []
        doings = [d.do for d in design.disturbances]
        self.lossy, self.drains = "loss" in doings, "drain" in doings
        for workload in design.workloads:
            self._declare(workload)
        for name, wanted in (("ready", self.lossy), ("cordoned", self.drains), ("draining", self.drains)):
            if wanted:
                self.locals.append(integer(name, 0, 1, 1 if name == "ready" else 0))
        if design.out_of_service:
            self.locals.append(integer("out-of-service", 0, 1))

    def _declare(self, workload: Workload) -> None:
        name = workload.name
        self.globals += [
            integer(f"{name}.replicas", init=workload.replicas),
            integer(f"{name}.revision", 1, self.revisions(workload), 1),
            integer(f"{name}.exists", 0, 1, 1),
        ]
        for revision in self.all_revisions(workload):
            for ordinal in self.ordinals(workload):
                for phase in PHASES:
                    state = PodState(name, ordinal, revision, phase, (), phase != "pending")
                    self.pods.append(state)
                    (self.locals if state.bound else self.globals).append(counter(state))
            if workload.kind == "Deployment":
                self.globals.append(integer(f"{name}.spec{revision}"))

    # ------------------------------------------------------------ words

    def revisions(self, workload: Workload) -> int:
        """How many revisions a workload can have."""
        return 1 + sum(d.do == "rollout" and d.workload == workload.name for d in self.design.disturbances)

    def all_revisions(self, workload: Workload) -> range:
        """Revision numbers."""
        return range(1, self.revisions(workload) + 1)

    def ordinals(self, workload: Workload) -> list[int | None]:
        """Ordinals of a StatefulSet; one None otherwise."""
        if workload.kind != "StatefulSet":
            return [None]
        assert isinstance(workload.replicas, int)
        return list(range(workload.replicas))

    def workload(self, name: str) -> Workload:
        """The workload of a name."""
        return next(w for w in self.design.workloads if w.name == name)

    def here(self, which: Filter) -> Expr:
        """Pods on the bound node."""
        return total(local(p.place) for p in self.pods if p.bound and which(p))

    def count(self, which: Filter, classes: Iterable[int] | None = None) -> Expr:
        """Pods anywhere, or on nodes of some classes."""
        bound = sum_nodes(self.classes if classes is None else classes, self.here(which))
        if classes is not None:
            return bound
        return total([bound, *(glob(p.place) for p in self.pods if not p.bound and which(p))])

    def of(self, name: str, phases: Iterable[str] = PHASES, revision: int | None = None) -> Filter:
        """Pods of a workload in some phases."""
        chosen = frozenset(phases)
        return lambda p: p.workload == name and p.phase in chosen and revision in (None, p.revision)

    def active(self, name: str, revision: int | None = None) -> Filter:
        """Pods that are not terminating."""
        return self.of(name, PHASES[:-1], revision)

    def ready(self, name: str, revision: int | None = None) -> Expr:
        """How many pods are ready."""
        return self.count(self.of(name, ("ready",), revision))

    def everything(self, name: str) -> Expr:
        """How many pods there are in any phase."""
        return self.count(self.of(name))

    def replicas(self, name: str) -> Expr:
        """The desired number."""
        return glob(f"{name}.replicas")

    def converged(self, workload: Workload) -> Expr:
        """All pods are there, ready, of the newest revision, and none is left over."""
        name = workload.name
        wanted = [
            implies(
                eq(glob(f"{name}.revision"), r),
                and_(eq(self.ready(name, r), self.replicas(name)), eq(self.everything(name), self.replicas(name))),
            )
            for r in self.all_revisions(workload)
        ]
        return or_(le(glob(f"{name}.exists"), 0), and_(*wanted))

    def at_rest(self) -> Expr:
        """Every workload has converged and no draining node has pods."""
        drained = all_nodes(self.classes, or_(le(local("draining"), 0), le(self.here(lambda _: True), 0)))
        return and_(*(self.converged(w) for w in self.design.workloads), drained if self.drains else TRUE)

    def host_skew(self, name: str) -> Expr:
        """Most minus least active pods on a node."""
        here = self.here(self.active(name))
        return sub(aggregate(Fold.MAX, self.classes, here), aggregate(Fold.MIN, self.classes, here))

    # ------------------------------------------------------------ making actions

    def act(self, label: str, component: str, guard: Term, **more: object) -> None:
        """Add an action."""
        self.actions.append(action(label, component, guard, **more))  # type: ignore[arg-type]

    def move(
        self, label: str, component: str, guard: Term, source: PodState | None, target: PodState | None, **more: object
    ) -> None:
        """Add an action that moves a pod, on any node of any class if a bound state takes part."""
        if any(state is not None and state.bound for state in (source, target)):
            chosen = more.pop("only", self.classes)
            for index in chosen:  # type: ignore[attr-defined]
                self.act(label, component, guard, move=Move(source, target), node_class=index, **more)
        else:
            self.act(label, component, guard, move=Move(source, target), **more)

    def states(self, workload: Workload, phase: str) -> list[PodState]:
        """The states of a workload's pods in a phase."""
        return [p for p in self.pods if p.workload == workload.name and p.phase == phase]

    @staticmethod
    def to(state: PodState, phase: str) -> PodState:
        """The same pod in another phase."""
        return replace(state, phase=phase, bound=phase != "pending")

    # ------------------------------------------------------------ the system

    def system(self) -> System:
        """What has been built."""
        design = self.design
        asked = [Property("settles", PropertyKind.GOAL, design.goal(self) if design.goal else self.at_rest())]
        if design.invariant is not None:
            asked = [Property("floor", PropertyKind.INVARIANT, design.invariant(self))]
        return System(
            name=design.name,
            classes=tuple(node_class(p.name, p.size) for p in design.pools),
            globals=tuple(self.globals),
            locals=tuple(self.locals),
            actions=tuple(self.actions),
            params=tuple(Parameter(name, low) for name, low in design.params),
            assumption=design.assumption if design.assumption is not None else TRUE,
            measures=tuple(self.measures),
            properties=tuple(asked),
            start=Start.SETTLED if design.start_settled else Start.INITIAL,
        )
