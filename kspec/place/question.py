"""The question a problem was built from, so that it can be asked again with something changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from kspec.domain.expansion import Scale
from kspec.domain.node import Cluster, Count
from kspec.domain.objects import Resource
from kspec.source.tree import Json, Object, Origin, Path


class Existing(Enum):
    """Whether pods that run already stay where they are, or may be placed anew (those of DaemonSets never are)."""

    FIXED = "fixed"
    MOVABLE = "movable"


@dataclass(frozen=True, eq=False)
class Question:
    """Objects, nodes and where pools were written; the size at which autoscaled workloads are looked at, whether
    running pods may move, and by how many pods workloads are larger than written."""

    resources: tuple[Resource, ...]
    cluster: Cluster
    origins: Mapping[str, Origin] = field(default_factory=dict)
    scale: Scale = Scale.DECLARED
    existing: Existing = Existing.FIXED
    more: Mapping[str, int] = field(default_factory=dict)

    def find(self, ref: str) -> Resource | None:
        """The object with this text form of its reference."""
        return next((r for r in self.resources if str(r.ref) == ref), None)

    def with_field(self, ref: str, path: Path, value: Json) -> Question:
        """The question with one field of one object set, or with None, taken away."""
        resources = tuple(
            r.with_manifest(_set(r.manifest, path, value)) if str(r.ref) == ref else r for r in self.resources
        )
        return replace(self, resources=resources)

    def with_pool(self, name: str, count: Count) -> Question:
        """The question with another size of a pool."""
        pools = tuple(p.model_copy(update={"count": count}) if p.name == name else p for p in self.cluster.pools)
        return replace(self, cluster=self.cluster.model_copy(update={"pools": pools}))

    def with_object(self, resource: Resource) -> Question:
        """The question with one object more."""
        return replace(self, resources=(*self.resources, resource))


def _set(manifest: Object, path: Path, value: Json) -> Object:
    """A copy of a manifest with the value at a path set or removed; missing mappings and list items are made."""
    changed = _put(manifest, path, value)
    return changed if isinstance(changed, dict) else {}


def _put(at: Json, path: Path, value: Json) -> Json:
    if not path:
        return value
    head, rest = path[0], path[1:]
    if isinstance(head, int):
        items = list(at) if isinstance(at, list) else []
        if rest or value is not None:
            new = _put(items[head] if head < len(items) else None, rest, value)
            items[head : head + 1] = [new]
        else:
            del items[head : head + 1]
        return items
    mapping = dict(at) if isinstance(at, dict) else {}
    if not rest and value is None:
        mapping.pop(head, None)
    else:
        mapping[head] = _put(mapping.get(head), rest, value)
    return mapping
