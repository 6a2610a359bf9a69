"""Whether an event makes it worthwhile to try a waiting pod again: each plugin that refused it is asked.

Upstream: the `isSchedulableAfter...` functions of the plugins, pkg/scheduler/backend/queue/scheduling_queue.go
(`isPodWorthRequeuing`, `AssignedPodAdded`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from kspec.domain.matching import node_matches
from kspec.domain.node import Node
from kspec.domain.storage import CSINode
from kspec.scheduler.events import Event, NodeAdded, NodeChanged, NodeGone, ObjectPut, PodGone, PodPlaced
from kspec.scheduler.framework.catalog import Catalog
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.resources import PODS, allocatable
from kspec.scheduler.framework.selectors import PodTerm
from kspec.scheduler.plugins import (
    dynamic_resources,
    inter_pod_affinity,
    node_affinity,
    node_ports,
    node_resources_fit,
    node_unschedulable,
    node_volume_limits,
    pod_topology_spread,
    taint_toleration,
    volume_binding,
    volume_restrictions,
    volume_zone,
)
from kspec.scheduler.plugins.affinity_tally import means
from kspec.scheduler.plugins.spread_constraints import Constraint, constraints_of
from kspec.scheduler.plugins.volume_claims import claim_uses
from kspec.scheduler.predicates import insufficient, untolerated

_Judge: TypeAlias = Callable[[Node], bool]
_VOLUMES = frozenset({volume_binding.NAME, volume_zone.NAME})


def worth_retrying(pod: PodInfo, plugins: Iterable[str], event: Event, catalog: Catalog) -> bool:
    """Whether one of the plugins that refused the pod has reason to think differently now.

    A pod that nobody refused, because there was no node or something went wrong, is tried after any event.
    """
    names = set(plugins)
    if not names:
        return True
    if isinstance(event, PodPlaced) and not _concerned(pod, names, event.pod, catalog):
        return False
    return any(_hint(name, pod, event, catalog) for name in names)


def _concerned(pod: PodInfo, plugins: set[str], placed: PodInfo, catalog: Catalog) -> bool:
    """A new pod matters only to pods that look for others (upstream `getUnschedulablePodsWithCrossTopologyTerm`)."""
    if pod_topology_spread.NAME in plugins and placed.namespace == pod.namespace:
        return True
    return any(means(term, placed, catalog.namespace_labels) for term in pod.template.terms.affinity)


def _hint(plugin: str, pod: PodInfo, event: Event, catalog: Catalog) -> bool:
    match plugin:
        case node_resources_fit.NAME:
            return isinstance(event, PodGone) or _fits_better(pod, event)
        case node_ports.NAME:
            if isinstance(event, PodGone):
                return any(w.conflicts(p) for w in pod.template.ports for p in event.pod.template.ports)
            return isinstance(event, NodeAdded)
        case node_affinity.NAME:
            return _turned(event, lambda node: node_matches(pod.spec, node))
        case taint_toleration.NAME:
            return _turned(event, lambda node: untolerated(pod.spec, node) is None)
        case node_unschedulable.NAME:
            return _turned(event, lambda node: not node.spec.unschedulable)
        case inter_pod_affinity.NAME:
            return _affinity(pod, event, catalog)
        case pod_topology_spread.NAME:
            return _spread(constraints_of(pod, catalog, (), hard=True), pod, event)
        case _:
            return _volumes(plugin, pod, event)


def _fits_better(pod: PodInfo, event: Event) -> bool:
    """A node came that could take the pod if it were empty, or one has more now of what the pod requests."""
    match event:
        case NodeAdded(node):
            return not insufficient(pod.template.requests, node)
        case NodeChanged(before, after):
            if insufficient(pod.template.requests, after):
                return False
            had, has = allocatable(before), allocatable(after)
            wanted = [PODS, *(name for name, amount in pod.template.requests.items() if amount)]
            return any(has.get(name, 0) > had.get(name, 0) for name in wanted)
        case _:
            return False


def _turned(event: Event, good: _Judge) -> bool:
    """A good node came, or one turned good."""
    match event:
        case NodeAdded(node):
            return good(node)
        case NodeChanged(before, after):
            return good(after) and not good(before)
        case _:
            return False


def _affinity(pod: PodInfo, event: Event, catalog: Catalog) -> bool:
    terms = pod.template.terms
    match event:
        case PodPlaced(other):
            return _means_all(terms.affinity, other, catalog)
        case PodGone(other):
            return _means_all(terms.anti_affinity, other, catalog) or any(
                means(term, pod, catalog.namespace_labels) for term in other.template.terms.anti_affinity
            )
        case NodeAdded(node) | NodeChanged(_, node):
            return any(term.topology_key in node.labels for term in terms.affinity + terms.anti_affinity)
        case _:
            return False


def _means_all(terms: tuple[PodTerm, ...], other: PodInfo, catalog: Catalog) -> bool:
    return bool(terms) and all(means(term, other, catalog.namespace_labels) for term in terms)


def _spread(constraints: tuple[Constraint, ...], pod: PodInfo, event: Event) -> bool:
    def takes_part(node: Node) -> bool:
        return all(constraint.key in node.labels for constraint in constraints)

    match event:
        case PodPlaced(other) | PodGone(other):
            return other.namespace == pod.namespace and any(
                c.selector is not None and c.selector.matches(other.labels) for c in constraints
            )
        case NodeAdded(node) | NodeGone(node):
            return takes_part(node)
        case NodeChanged(before, after):
            if takes_part(before) != takes_part(after):
                return True
            moved = any(before.labels.get(c.key) != after.labels.get(c.key) for c in constraints)
            return takes_part(after) and (moved or before.spec.taints != after.spec.taints)
        case _:
            return False


def _volumes(plugin: str, pod: PodInfo, event: Event) -> bool:
    """Volume and device plugins: any object that came or changed may help, and so may a node that came or changed."""
    match event:
        case ObjectPut(item):
            return plugin != node_volume_limits.NAME or isinstance(item, CSINode)
        case PodGone(other):
            if plugin in (volume_restrictions.NAME, node_volume_limits.NAME):
                return any(True for _ in claim_uses(other.pod)) or bool(other.spec.volumes)
            return plugin == dynamic_resources.NAME and bool(other.spec.resource_claims)
        case NodeAdded():
            return True
        case NodeChanged(before, after):
            return plugin in _VOLUMES and before.labels != after.labels
        case _:
            return False
