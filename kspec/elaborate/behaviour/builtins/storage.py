"""Volumes: where the data of a claim is, and which nodes can reach it.

Upstream: pkg/scheduler/framework/plugins/volumebinding, volumezone (v1.36).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kspec.domain.matching import selector_matches
from kspec.domain.node import ZONE
from kspec.domain.storage import PersistentVolumeClaim
from kspec.elaborate.behaviour.builtins.registry import builtin, count_of, need, node_of
from kspec.elaborate.behaviour.builtins.sets import domains_of
from kspec.elaborate.behaviour.sets import Pod
from kspec.elaborate.behaviour.things import Claim
from kspec.elaborate.behaviour.values import Value
from kspec.source.text import Span

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator


_OF_MANY = ("ReadWriteMany", "ReadOnlyMany")
_UNATTACHED = ("no-provisioner", "local-path", "hostpath", "nfs")
"""Parts of the names of provisioners whose volumes are never attached to a node."""


@builtin("claims")
def claims(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The claims that a pod uses."""
    count_of(args, 1, 1, "claims", span)
    life = need(args[0], Pod, "a pod", span).life
    return evaluator.world.claims.of(life.owner, life.ordinal)


@builtin("users")
def users(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The workloads whose pods use a claim."""
    count_of(args, 1, 1, "users", span)
    claim, world = need(args[0], Claim, "a claim", span), evaluator.world
    return tuple(w for w in world.workloads if any(claim in world.claims.of(w, o) for o in w.ordinals))


@builtin("reaches_volume")
def reaches_volume(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """Whether a node can use the volume that a claim is bound to from the start; true where it is bound to none."""
    count_of(args, 2, 2, "reaches_volume", span)
    claim, node = need(args[0], Claim, "a claim", span), node_of(args[1], span).place.sample
    required = None if claim.volume is None else claim.volume.spec.node_affinity.required
    return required is None or selector_matches(required, node.labels, node.name)


@builtin("zonal")
def zonal(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """Whether a claim gets a volume in the zone of the first node its pod runs on.

    So it is with a class that waits for its first consumer, unless the class replicates over zones or many nodes may
    share the volume.
    """
    count_of(args, 1, 1, "zonal", span)
    claim = need(args[0], Claim, "a claim", span)
    if claim.volume is not None or claim.storage is None:
        return False
    shared = "ReadWriteMany" in claim.resource.as_(PersistentVolumeClaim).spec.access_modes
    replicated = "regional" in " ".join(claim.storage.parameters.values())
    return claim.storage.volume_binding_mode == "WaitForFirstConsumer" and not shared and not replicated


@builtin("for_one_node")
def for_one_node(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """Whether a claim's volume is attached to one node at a time: no access mode of many, and storage that is attached.

    Upstream: pkg/controller/volume/attachdetach/reconciler (v1.36), `Multi-Attach error`.
    """
    count_of(args, 1, 1, "for_one_node", span)
    claim = need(args[0], Claim, "a claim", span)
    return not any(mode in _OF_MANY for mode in _modes(claim)) and not _unattached(claim)


@builtin("for_one_pod")
def for_one_pod(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """Whether a claim's volume is for a single pod (`ReadWriteOncePod`)."""
    count_of(args, 1, 1, "for_one_pod", span)
    return "ReadWriteOncePod" in _modes(need(args[0], Claim, "a claim", span))


def _modes(claim: Claim) -> tuple[str, ...]:
    return claim.resource.as_(PersistentVolumeClaim).spec.access_modes


def _unattached(claim: Claim) -> bool:
    """Storage that lies on the node, or that the node mounts over the network."""
    provisioner = "" if claim.storage is None else claim.storage.provisioner
    return any(word in provisioner for word in _UNATTACHED)


@builtin("zone_number")
def zone_number(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The place of a node's zone in the list of zones, from 1; 0 where it is in none."""
    count_of(args, 1, 1, "zone_number", span)
    zone = node_of(args[0], span).place.labels.get(ZONE)
    names = [domain.value for domain in domains_of(evaluator, ZONE)]
    return names.index(zone) + 1 if zone in names else 0
