"""Custom resources whose operators make pods: what may stand behind a selector that no pod template matches.

Operators label the pods they make, mostly with the labels of the custom resource. What they do is not in the design,
so nothing certain can be said about selectors that reach into their namespace.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from kspec.api.schema.lifecycle import builtin_groups, group_of
from kspec.domain.labels import LabelSelector
from kspec.domain.objects import Resource, get
from kspec.source.tree import Json

_DELIVERY = frozenset({"Application", "ApplicationSet", "HelmRelease", "Kustomization", "HelmChart", "GitRepo", "App"})
"""Kinds that bring whole applications along, into any namespace."""
_POD_FIELDS = frozenset(
    {"replicas", "instances", "numberOfInstances", "size", "nodeSets", "nodeCount", "image", "template", "podTemplate"}
    | {"containers", "podMetadata", "podLabels", "serviceAccountName", "deployment", "workload"}
)
_LABELS = frozenset({"labels", "matchLabels", "podLabels"})
_DEEPEST = 7


class Certainty(Enum):
    """Whether something outside of the design's own pod templates makes pods with certain labels."""

    NO = "no"
    POSSIBLE = "possible"
    LIKELY = "likely"


@dataclass(frozen=True)
class Maker:
    """A custom resource that may make pods, and the labels it speaks of."""

    resource: Resource
    labels: tuple[dict[str, str], ...]
    everywhere: bool

    @property
    def namespace(self) -> str:
        return self.resource.namespace or "default"


def makers(resources: Iterable[Resource]) -> Iterator[Maker]:
    """The custom resources of a design that may make pods."""
    for resource in resources:
        if resource.builtin is not None or group_of(resource.api_version) in builtin_groups():
            continue
        spec = get(resource.manifest, ("spec",))
        everywhere = resource.kind in _DELIVERY
        if everywhere or (isinstance(spec, dict) and _POD_FIELDS & spec.keys()):
            yield Maker(resource, tuple(_label_maps(resource.manifest)), everywhere)


def made_elsewhere(found: Iterable[Maker], namespace: str, selector: LabelSelector) -> Certainty:
    """Whether operators make pods that a selector catches."""
    near = [m for m in found if m.everywhere or m.namespace == namespace]
    if any(selector.matches(labels) for m in near for labels in m.labels):
        return Certainty.LIKELY
    return Certainty.POSSIBLE if near else Certainty.NO


def _label_maps(value: Json, depth: int = 0) -> Iterator[dict[str, str]]:
    if depth > _DEEPEST or not isinstance(value, dict):
        return
    for name, inner in value.items():
        if name in _LABELS and isinstance(inner, dict):
            yield {k: v for k, v in inner.items() if isinstance(v, str)}
        elif isinstance(inner, dict):
            yield from _label_maps(inner, depth + 1)
