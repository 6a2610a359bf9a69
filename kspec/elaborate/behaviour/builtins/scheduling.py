"""What one pod and one node decide, read from the design: selectors, taints, requests, ports, affinity terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kspec.domain.matching import HARD_EFFECTS, node_matches, tolerates, untolerated
from kspec.domain.node import Taint
from kspec.domain.pod import PodAffinityTerm, TopologySpreadConstraint
from kspec.domain.requests import list_in_units, pod_requests
from kspec.elaborate.behaviour.builtins.registry import (
    builtin,
    constant,
    count_of,
    need,
    node_of,
    template_of,
    text_of,
)
from kspec.elaborate.behaviour.static import View, value_of
from kspec.elaborate.behaviour.things import Template
from kspec.elaborate.behaviour.values import Value, known
from kspec.source.text import Span

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator


@builtin("selects")
def selects(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """NodeAffinity: node selector and required node affinity of a pod allow a node."""
    count_of(args, 2, 2, "selects", span)
    return node_matches(template_of(args[0], span).spec, node_of(args[1], span).place.sample)


@builtin("tolerates")
def tolerates_node(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """TaintToleration: a pod tolerates a node's own taints: the hard ones, or those of one effect.

    With a text in place of the node: a pod tolerates a taint of this key and effect.
    """
    count_of(args, 2, 3, "tolerates", span)
    tolerations = template_of(args[0], span).spec.tolerations
    if isinstance(args[1], str):
        taint = Taint(key=args[1], effect=text_of(args[2], span))
        return any(tolerates(t, taint) for t in tolerations)
    effects = (text_of(args[2], span),) if len(args) == 3 else HARD_EFFECTS
    return untolerated(node_of(args[1], span).place.sample.spec.taints, tolerations, effects) is None


@builtin("stays")
def stays(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """A pod tolerates a NoExecute taint of this key for ever: no matching toleration sets a time, and one matches."""
    count_of(args, 2, 2, "stays", span)
    taint = Taint(key=text_of(args[1], span), effect="NoExecute")
    matching = [t for t in template_of(args[0], span).spec.tolerations if tolerates(t, taint)]
    return bool(matching) and matching[0].toleration_seconds is None


@builtin("toleration_seconds")
def toleration_seconds(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """How long a pod tolerates a NoExecute taint of this key: 300 where it says nothing, as admission adds."""
    count_of(args, 2, 2, "toleration_seconds", span)
    taint = Taint(key=text_of(args[1], span), effect="NoExecute")
    matching = [t for t in template_of(args[0], span).spec.tolerations if tolerates(t, taint)]
    return next((t.toleration_seconds for t in matching if t.toleration_seconds is not None), 300)


@builtin("request")
def request(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """What a pod requests of a resource: cpu in thousandths, one of `pods`, all else in whole units."""
    count_of(args, 2, 2, "request", span)
    name = text_of(args[1], span)
    return 1 if name == "pods" else evaluator.world.requests(template_of(args[0], span).spec).get(name, 0)


@builtin("allocatable")
def allocatable(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """What a node offers of a resource, in the same units; null where it does not limit it."""
    count_of(args, 2, 2, "allocatable", span)
    name = text_of(args[1], span)
    place = node_of(args[0], span).place
    offered = list_in_units(place.sample.allocatable)
    if name not in offered:
        return None if name == "pods" else 0
    return max(0, offered[name] - place.taken.get(name, 0))


@builtin("taken")
def taken(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """What workloads outside the question take of a node's resource, besides what is known to lie on it.

    Only the sum over all nodes is known, and only proofs for all sizes ask for it.
    """
    count_of(args, 2, 2, "taken", span)
    place, name = node_of(args[0], span).place, text_of(args[1], span)
    return known(evaluator.world.others.taken(place, name))


@constant("resources")
def resources(evaluator: Evaluator, span: Span) -> Value:
    """The resources that some pod requests, and `pods`."""
    names = {name for r in evaluator.world.revisions for name, n in pod_requests(r.template.spec).items() if n}
    return (*sorted(names), "pods")


@builtin("has_host_ports")
def has_host_ports(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """NodePorts: a pod claims some port of its node."""
    count_of(args, 1, 1, "has_host_ports", span)
    return bool(_host_ports(template_of(args[0], span)))


@builtin("ports_conflict")
def ports_conflict(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """NodePorts: two pods claim the same port of their node."""
    count_of(args, 2, 2, "ports_conflict", span)
    mine, other = (_host_ports(template_of(arg, span)) for arg in args)
    return any(
        protocol == protocol2 and port == port2 and (ip == ip2 or "0.0.0.0" in (ip, ip2))
        for ip, protocol, port in mine
        for ip2, protocol2, port2 in other
    )


def _host_ports(template: Template) -> list[tuple[str, str, int]]:
    """Host ports of containers and sidecars; ordinary init containers are gone before they conflict."""
    spec = template.spec
    containers = spec.containers + tuple(c for c in spec.init_containers if c.is_sidecar)
    return [
        (port.host_ip or "0.0.0.0", port.protocol or "TCP", port.host_port or port.container_port)
        for container in containers
        for port in container.ports
        if port.host_port or spec.host_network
    ]


@builtin("affinity_terms")
def affinity_terms(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The required pod affinity terms of a pod."""
    return value_of(template_of(args[0], span).spec.affinity.pod_affinity.required)


@builtin("anti_affinity_terms")
def anti_affinity_terms(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The required pod anti-affinity terms of a pod."""
    return value_of(template_of(args[0], span).spec.affinity.pod_anti_affinity.required)


@builtin("term_matches")
def term_matches(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """Whether an affinity term of the first pod means the second one: namespace, selector, label keys.

    Upstream: pkg/scheduler/framework/types.go `AffinityTerm.Matches`, and the merging of matchLabelKeys into selectors.
    """
    count_of(args, 3, 3, "term_matches", span)
    term = need(need(args[0], View, "an affinity term", span).model, PodAffinityTerm, "an affinity term", span)
    mine, other = template_of(args[1], span), template_of(args[2], span)
    if not _in_namespaces(evaluator, term, mine, other):
        return False
    same = all(other.labels.get(k) == mine.labels.get(k) for k in term.match_label_keys if k in mine.labels)
    differ = all(other.labels.get(k) != mine.labels.get(k) for k in term.mismatch_label_keys if k in mine.labels)
    return same and differ and term.label_selector is not None and term.label_selector.matches(other.labels)


def _in_namespaces(evaluator: Evaluator, term: PodAffinityTerm, mine: Template, other: Template) -> bool:
    if other.namespace in term.namespaces:
        return True
    if term.namespace_selector is None:
        return not term.namespaces and other.namespace == mine.namespace
    found = next((t for t in evaluator.world.of_kind("Namespace") if t.name == other.namespace), None)
    labels = {"kubernetes.io/metadata.name": other.namespace}
    if found is not None:
        labels |= found.resource.view.metadata.labels
    return term.namespace_selector.matches(labels)


@builtin("spread_constraints")
def spread_constraints(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The hard topology spread constraints of a pod."""
    constraints = template_of(args[0], span).spec.topology_spread_constraints
    return tuple(View(c) for c in constraints if c.when_unsatisfiable == "DoNotSchedule")


@builtin("every_spread_constraint")
def every_spread_constraint(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The topology spread constraints of a pod, soft ones too."""
    return tuple(View(c) for c in template_of(args[0], span).spec.topology_spread_constraints)


@builtin("spread_matches")
def spread_matches(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """Whether a spread constraint of the first pod counts the second one: same namespace, selector, label keys."""
    count_of(args, 3, 3, "spread_matches", span)
    model = need(args[0], View, "a spread constraint", span).model
    constraint = need(model, TopologySpreadConstraint, "a spread constraint", span)
    mine, other = template_of(args[1], span), template_of(args[2], span)
    if mine.namespace != other.namespace or constraint.label_selector is None:
        return False
    same = all(other.labels.get(k) == mine.labels.get(k) for k in constraint.match_label_keys if k in mine.labels)
    return same and constraint.label_selector.matches(other.labels)
