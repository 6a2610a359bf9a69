"""The custom kinds that CustomResourceDefinitions of the input bring: whether they are namespaced, and their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kspec.domain.objects import Resource, get
from kspec.elaborate.objects.kinds import CustomKind


def custom_kinds(resources: Iterable[Resource]) -> Iterator[CustomKind]:
    """One entry per version that a definition serves."""
    for resource in resources:
        if resource.kind != "CustomResourceDefinition":
            continue
        spec = resource.manifest.get("spec")
        group, kind, versions = get(spec, ("group",)), get(spec, ("names", "kind")), get(spec, ("versions",))
        if not isinstance(group, str) or not isinstance(kind, str) or not isinstance(versions, list):
            continue
        short = get(spec, ("names", "shortNames"))
        listed = short if isinstance(short, list) else []
        words = [get(spec, ("names", "plural")), get(spec, ("names", "singular")), *listed]
        for version in versions:
            name = get(version, ("name",))
            yield CustomKind(
                f"{group}/{name}",
                kind,
                get(spec, ("scope",)) != "Cluster",
                tuple(word for word in words if isinstance(word, str)),
            )
