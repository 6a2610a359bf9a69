"""Whether the pods of a design fit on its nodes: as declared, at the autoscalers' limits, without a zone or a node."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kspec.cache import NO_STORE, Store
from kspec.cli.checking import rules
from kspec.cli.checking.fitting import FITS, Fits, Fitting
from kspec.domain.expansion import Scale
from kspec.domain.node import Cluster
from kspec.domain.objects import Resource
from kspec.domain.templates import PODS
from kspec.elaborate.design import Design
from kspec.place import Answer, Goal, Infeasible, Placement, Problem, Unknown, build, solve
from kspec.source.diagnostic import Diagnostic, Label, Rule, Severity

_MOST_WITHOUT = 12
"""How many kinds of nodes, or zones, are taken away one at a time."""


@dataclass(frozen=True)
class Placing:
    """The questions about placement. `asks` tells which rules are wanted, `say` is told what is being done."""

    design: Design
    budget: float
    asks: Callable[[Rule], bool]
    say: Callable[[str], None]
    store: Store = NO_STORE
    """Where it lies what was found to fit before."""

    def findings(self) -> Iterator[Diagnostic]:
        """What is found; where the design as declared does not fit, nothing else is asked."""
        if not self._concerns():
            return
        declared = self._answer("declared", self.design.resources, self.design.cluster, Scale.DECLARED)
        match declared:
            case None:
                return
            case Infeasible():
                yield _conflict(rules.UNSCHEDULABLE, declared.summary, declared)
                yield from self._growth(declared)
                return
            case Unknown():
                yield self._undecided("whether everything can be placed", declared)
                return
        yield from self._stranded()
        yield from self._at_the_limit()
        yield from self._pushed_out()
        yield from self._without_zones()
        yield from self._without_nodes()
        yield from self._idle()

    def _growth(self, conflict: Infeasible) -> Iterator[Diagnostic]:
        if self.asks(rules.CANNOT_HELP):
            from kspec.cli.checking.growth import cannot_help

            yield from cannot_help(self.design, conflict)

    def _stranded(self) -> Iterator[Diagnostic]:
        if self.asks(rules.NOT_FORCED) or self.asks(rules.FRAGMENTATION):
            from kspec.cli.checking.stranded import stranded

            self.say("orders of arrival")
            yield from stranded(self.design, self.asks)

    def _pushed_out(self) -> Iterator[Diagnostic]:
        if self.asks(rules.VICTIM) or self.asks(rules.BREAKS_BUDGET):
            from kspec.cli.checking.victims import victims

            self.say("who pushes out whom")
            yield from victims(self.design, self.budget, self.asks)

    def _concerns(self) -> bool:
        """Whether there are nodes and pods to place on them."""
        cluster = self.design.cluster
        return bool(cluster.pools or cluster.nodes) and any(r.kind in PODS for r in self.design.resources)

    def _answer(self, what: str, resources: Sequence[Resource], cluster: Cluster, scale: Scale) -> Answer | Fits | None:
        self.say(what)
        fitting = Fitting(self.store, resources, cluster, scale)
        if fitting.known:
            return FITS
        problem = build(resources, cluster, origins=self.design.pool_origins, scale=scale)
        if not isinstance(problem, Problem):
            return None
        answer = solve(problem, budget=self.budget, repairs=scale is Scale.DECLARED)
        if isinstance(answer, Placement):
            fitting.remember()
        return answer

    def _at_the_limit(self) -> Iterator[Diagnostic]:
        if not (self.asks(rules.HPA_CAPACITY) or self.asks(rules.CANNOT_HELP)) or not any(
            r.kind == "HorizontalPodAutoscaler" for r in self.design.resources
        ):
            return
        answer = self._answer("autoscalers at their limits", self.design.resources, self.design.cluster, Scale.HIGH)
        if isinstance(answer, Infeasible):
            yield _conflict(rules.HPA_CAPACITY, f"with all autoscalers at their limits: {answer.summary}", answer)
            yield from self._growth(answer)
        elif isinstance(answer, Unknown):
            yield self._undecided("whether all autoscalers fit at their limits", answer)

    def _idle(self) -> Iterator[Diagnostic]:
        """Nodes of pools that nobody needs: the least number that would do, next to the number there is."""
        cluster = self.design.cluster
        there = len(cluster.at_minimum())
        if not self.asks(rules.WASTE) or not cluster.pools:
            return
        self.say("fewest nodes")
        problem = build(self.design.resources, cluster, origins=self.design.pool_origins)
        answer = solve(problem, budget=self.budget, goal=Goal.NODES) if isinstance(problem, Problem) else None
        if isinstance(answer, Placement) and answer.objective.value is not None and answer.objective.value < there:
            least = "" if answer.objective.optimal else " or fewer"
            would = "node would" if answer.objective.value == 1 else "nodes would"
            message = f"{answer.objective.value:g}{least} {would} do; there are {there}"
            origin = self.design.pool_origins.get(cluster.pools[0].name)
            span = origin.key(("count",)) if origin is not None else None
            yield Diagnostic(rules.WASTE, message, span, "lower the counts of pools", field="nodes")

    def _without_zones(self) -> Iterator[Diagnostic]:
        zones = sorted({n.zone for n in self.design.cluster.at_minimum() if n.zone})
        if not self.asks(rules.ZONE_LOSS) or not 1 < len(zones) <= _MOST_WITHOUT:
            return
        for zone in zones:
            lost = frozenset(n.name for n in self.design.cluster.nodes if n.zone == zone)
            pools = tuple(p for p in self.design.cluster.pools if p.zone != zone)
            cluster = self.design.cluster.model_copy(update={"pools": pools})
            yield from self._without(rules.ZONE_LOSS, f"zone {zone}", lost, cluster)

    def _without_nodes(self) -> Iterator[Diagnostic]:
        cluster = self.design.cluster
        if not self.asks(rules.DRAIN) or len(cluster.at_minimum()) < 2:
            return
        fixed = [p for p in cluster.pools if p.count.low == p.count.high and p.count.low > 0]
        for pool in fixed[:_MOST_WITHOUT]:
            less = pool.model_copy(
                update={"count": pool.count.model_copy(update={"low": pool.count.low - 1, "high": pool.count.high - 1})}
            )
            pools = tuple(less if p is pool else p for p in cluster.pools)
            yield from self._without(
                rules.DRAIN, f"a node of pool {pool.name}", frozenset(), cluster.model_copy(update={"pools": pools})
            )
        for node in cluster.nodes[:_MOST_WITHOUT]:
            yield from self._without(rules.DRAIN, f"node {node.name}", frozenset({node.name}), cluster)

    def _without(self, rule: Rule, what: str, lost: frozenset[str], cluster: Cluster) -> Iterator[Diagnostic]:
        left = cluster.model_copy(update={"nodes": tuple(n for n in cluster.nodes if n.name not in lost)})
        resources = [r for r in self.design.resources if not (r.kind == "Node" and r.name in lost)]
        answer = self._answer(f"without {what}", resources, left, Scale.DECLARED)
        if isinstance(answer, Infeasible):
            yield _conflict(rule, f"without {what}: {answer.summary}", answer)
        elif isinstance(answer, Unknown):
            yield self._undecided(f"whether everything fits without {what}", answer)

    def _undecided(self, what: str, answer: Unknown) -> Diagnostic:
        message = f"{what} was not decided within {self.budget:g}s: {answer.reason}"
        return Diagnostic(rules.UNDECIDED, message, help="raise --budget", severity=Severity.WARNING)


def _conflict(rule: Rule, message: str, answer: Infeasible) -> Diagnostic:
    """A conflict, at the first of its requirements that stands in a text; the others are its notes."""
    placed = [r for r in answer.core if r.span is not None]
    first = placed[0] if placed else None
    labels = tuple(Label(r.message, r.span) for r in placed[1:] if r.span is not None)
    help = "; or: ".join(r.description for r in answer.repairs[:3]) or None
    about = (
        first.object if first is not None and first.object else next((r.object for r in answer.core if r.object), None)
    )
    return Diagnostic(rule, message, first.span if first else None, help, about, labels, field=rule.name)
