"""Topology spread constraints in compiled form, and the defaults for pods that have none.

Upstream: pkg/scheduler/framework/plugins/podtopologyspread/common.go, plugin.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kspec.domain.matching import node_matches
from kspec.domain.node import HOSTNAME, ZONE, Node
from kspec.domain.pod import PodSpec, TopologySpreadConstraint
from kspec.scheduler.framework.catalog import Catalog
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.selectors import PodMatcher, Selector
from kspec.scheduler.plugins.default_selector import default_selector
from kspec.scheduler.predicates import untolerated

SYSTEM_DEFAULTS = (
    TopologySpreadConstraint(max_skew=3, topology_key=HOSTNAME, when_unsatisfiable="ScheduleAnyway"),
    TopologySpreadConstraint(max_skew=5, topology_key=ZONE, when_unsatisfiable="ScheduleAnyway"),
)


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint.

    `counted` means the pods that are counted, `selector` those that count themselves (None: no pod).
    """

    max_skew: int
    key: str
    selector: Selector | None
    counted: PodMatcher
    min_domains: int = 1
    honor_affinity: bool = True
    honor_taints: bool = False

    @staticmethod
    def of(constraint: TopologySpreadConstraint, pod: PodInfo, selector: Selector | None) -> Constraint:
        """An empty selector matches the pod itself but counts nobody, as upstream has it."""
        counts = None if selector is None or selector.empty else selector
        return Constraint(
            max_skew=constraint.max_skew,
            key=constraint.topology_key,
            selector=selector,
            counted=PodMatcher(counts, frozenset((pod.namespace,)), skip_terminating=True),
            min_domains=constraint.min_domains or 1,
            honor_affinity=constraint.node_affinity_policy == "Honor",
            honor_taints=constraint.node_taints_policy == "Honor",
        )

    def counts_itself(self, pod: PodInfo) -> bool:
        return self.selector is not None and self.selector.matches(pod.labels)

    def includes(self, spec: PodSpec, node: Node) -> bool:
        """Whether the policies let a node take part (upstream `matchNodeInclusionPolicies`)."""
        if self.honor_affinity and not node_matches(spec, node):
            return False
        return not self.honor_taints or untolerated(spec, node) is None


def constraints_of(
    pod: PodInfo, catalog: Catalog, defaults: Sequence[TopologySpreadConstraint], *, hard: bool
) -> tuple[Constraint, ...]:
    """The pod's hard or soft constraints, or else those of the defaults that have something to select by."""
    action = "DoNotSchedule" if hard else "ScheduleAnyway"
    own = pod.spec.topology_spread_constraints
    if own:
        return tuple(Constraint.of(c, pod, _selector(c, pod)) for c in own if c.when_unsatisfiable == action)
    wanted = [c for c in defaults if c.when_unsatisfiable == action]
    if not wanted:
        return ()
    selector = default_selector(pod, catalog)
    return () if selector.empty else tuple(Constraint.of(c, pod, selector) for c in wanted)


def _selector(constraint: TopologySpreadConstraint, pod: PodInfo) -> Selector | None:
    if constraint.label_selector is None:
        return None
    keys = {key: pod.labels[key] for key in constraint.match_label_keys if key in pod.labels}
    return Selector.of(constraint.label_selector).merged(keys)
