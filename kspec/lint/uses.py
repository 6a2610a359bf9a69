"""What pods refer to: ConfigMaps and Secrets, whole or by key, and the claims that come with a StatefulSet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kspec.api.fields import flag, maybe, objects, text
from kspec.domain.pod import Container
from kspec.domain.workloads import StatefulSet
from kspec.lint.sources import PodSource
from kspec.source.tree import Object, Path


@dataclass(frozen=True, slots=True)
class Use:
    """A reference to a ConfigMap or Secret that must be there; without a key, to the whole of it."""

    kind: str
    name: str
    key: str | None
    path: Path


def uses(pods: PodSource) -> Iterator[Use]:
    """The references of a pod that are not optional, with their paths in the template."""
    for path, container in pods.containers:
        yield from _environment(path, container)
    for i, volume in enumerate(objects(pods.raw, "volumes")):
        yield from _volume(("spec", "volumes", i), volume)
    for i, reference in enumerate(objects(pods.raw, "imagePullSecrets")):
        yield Use("Secret", text(reference, "name"), None, ("spec", "imagePullSecrets", i, "name"))


def _environment(path: Path, container: Container) -> Iterator[Use]:
    for i, variable in enumerate(container.env):
        where, source = (*path, "env", i, "valueFrom"), variable.value_from
        for kind, field, ref in (
            ("ConfigMap", "configMapKeyRef", source and source.config_map_key_ref),
            ("Secret", "secretKeyRef", source and source.secret_key_ref),
        ):
            if ref and not ref.optional:
                yield Use(kind, ref.name, ref.key, (*where, field))
    for i, whole in enumerate(container.env_from):
        for kind, field, ref in (
            ("ConfigMap", "configMapRef", whole.config_map_ref),
            ("Secret", "secretRef", whole.secret_ref),
        ):
            if ref and not ref.optional:
                yield Use(kind, ref.name, None, (*path, "envFrom", i, field))


def _volume(path: Path, volume: Object) -> Iterator[Use]:
    for kind, field, name in (("ConfigMap", "configMap", "name"), ("Secret", "secret", "secretName")):
        source = maybe(volume, field)
        if source is not None:
            yield from _items(kind, text(source, name), source, (*path, field))
    for i, source in enumerate(objects(volume, "projected", "sources")):
        for kind, field in (("ConfigMap", "configMap"), ("Secret", "secret")):
            part = maybe(source, field)
            if part is not None:
                yield from _items(kind, text(part, "name"), part, (*path, "projected", "sources", i, field))


def _items(kind: str, name: str, source: Object, path: Path) -> Iterator[Use]:
    """A volume from a ConfigMap or Secret: the keys it picks, or the whole."""
    if flag(source, "optional"):
        return
    items = objects(source, "items")
    for i, item in enumerate(items):
        yield Use(kind, name, text(item, "key"), (*path, "items", i, "key"))
    if not items:
        yield Use(kind, name, None, path)


def volume_templates(pods: PodSource) -> set[str]:
    """The names of the volumes that a StatefulSet's claim templates bring."""
    view = pods.resource.view
    return {c.name for c in view.spec.volume_claim_templates} if isinstance(view, StatefulSet) else set()
