"""What follows a dot, as far as no model and no state variable says it."""

from __future__ import annotations

from collections.abc import Callable

from kspec.domain.node import ZONE
from kspec.elaborate.behaviour.sets import Domain, NodeRef, NodeSet, Pod, PodSet
from kspec.elaborate.behaviour.static import MISSING, View, field_of, value_of
from kspec.elaborate.behaviour.things import Phase, Place, Revision, Template, Thing, Workload
from kspec.elaborate.behaviour.values import Symbol, Value


class Anonymous:
    """The name of a node that nothing in the design asks for: no text equals it."""


ANONYMOUS = Anonymous()


def attribute(target: Value, name: str) -> Value:
    """A fixed attribute; `MISSING` where the value has none of that name."""
    match target:
        case Pod():
            found = _POD.get(name)
        case NodeRef():
            found = _NODE.get(name)
        case Domain():
            found = _DOMAIN.get(name)
        case Workload():
            found = _WORKLOAD.get(name)
            if found is None:
                return _of_thing(target, name)
        case Thing():
            return _of_thing(target, name)
        case Revision():
            found = _REVISION.get(name)
        case Template():
            found = _TEMPLATE.get(name)
            if found is None:
                return field_of(View(target.spec), name)
        case PodSet() | NodeSet():
            return MISSING
        case None:
            return None
        case _:
            return field_of(target, name)
    return MISSING if found is None else found(target)


def names(target: Value) -> tuple[str, ...]:
    """The fixed attributes that a value of its kind may have, for suggestions."""
    match target:
        case Pod():
            return tuple(_POD)
        case NodeRef():
            return tuple(_NODE)
        case Domain():
            return tuple(_DOMAIN)
        case Workload():
            return (*_WORKLOAD, "kind", "namespace", "name", "labels", "annotations", "spec", "status")
        case _:
            return ()


def _of_thing(thing: Thing, name: str) -> Value:
    match name:
        case "kind" | "namespace" | "name" | "id" | "order":
            return value_of(getattr(thing, name)) if name != "order" else thing.order
        case "labels" | "annotations" | "finalizers":
            return value_of(thing.resource.metadata.get(name) or {})
    found = field_of(View(thing.resource.view), name)
    if found is MISSING and name in thing.resource.manifest:
        return field_of(thing.resource.manifest, name)
    # what an object of a custom kind leaves out is missing, and not a mistake of who asks for it
    return None if found is MISSING and name == "spec" else found


def _coordinate(pod: Pod, name: str) -> Value:
    return next((Symbol(value) for key, value in pod.life.coordinates if key == name), MISSING)


def pod_coordinate(pod: Pod, name: str) -> Value:
    """A further coordinate of a pod's local state, or `MISSING`."""
    return _coordinate(pod, name)


def _zone_of_pod(pod: Pod) -> Value:
    return None if pod.node is None else _label(pod.node.place, ZONE)


def _label(place: Place, key: str) -> Value:
    return place.labels.get(key)


def _node_name(node: NodeRef) -> Value:
    return node.place.sample.name if node.place.single else ANONYMOUS


_PHASES = {phase: Symbol(phase.value) for phase in Phase}
_POD: dict[str, Callable[..., Value]] = {
    "phase": lambda p: _PHASES[p.life.phase],
    "node": lambda p: p.node,
    "zone": _zone_of_pod,
    "owner": lambda p: p.life.owner,
    "controller": lambda p: p.life.revision,
    "revision": lambda p: p.life.revision.number,
    "ordinal": lambda p: p.life.ordinal,
    "template": lambda p: p.life.revision.template,
    "labels": lambda p: p.life.revision.template.labels,
    "annotations": lambda p: p.life.revision.template.annotations,
    "namespace": lambda p: p.life.owner.namespace,
    "priority": lambda p: p.life.revision.template.spec.priority or 0,
}
_NODE: dict[str, Callable[..., Value]] = {
    "name": _node_name,
    "zone": lambda n: _label(n.place, ZONE),
    "labels": lambda n: n.place.labels,
    "annotations": lambda n: n.place.sample.metadata.annotations,
    "taints": lambda n: value_of(n.place.sample.spec.taints),
    "cordoned": lambda n: n.place.sample.spec.unschedulable,
    "pool": lambda n: n.place.pool,
    "autoscaled": lambda n: n.place.autoscaled,
    "spare": lambda n: n.place.spare,
}
_DOMAIN: dict[str, Callable[..., Value]] = {
    "key": lambda d: d.key,
    "name": lambda d: d.value,
    "zone": lambda d: d.value,
}
_WORKLOAD: dict[str, Callable[..., Value]] = {
    "template": lambda w: w.revisions[0].template,
    "ordinals": lambda w: tuple(o for o in w.ordinals if o is not None),
    "most": lambda w: w.most,
}
_REVISION: dict[str, Callable[..., Value]] = {
    "kind": lambda r: r.kind,
    "name": lambda r: r.name,
    "namespace": lambda r: r.namespace,
    "owner": lambda r: r.owner,
    "revision": lambda r: r.number,
    "template": lambda r: r.template,
    "cause": lambda r: None if r.cause is None else r.cause.name,
}
_TEMPLATE: dict[str, Callable[..., Value]] = {
    "labels": lambda t: t.labels,
    "annotations": lambda t: t.annotations,
    "namespace": lambda t: t.namespace,
}
