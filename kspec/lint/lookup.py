"""The objects of a design by kind and name, and every place where pods come from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from kspec.domain.base import KubeObject
from kspec.domain.kinds import KINDS
from kspec.domain.labels import LabelSelector
from kspec.domain.node import Cluster
from kspec.domain.objects import Resource
from kspec.lint.given import is_given
from kspec.lint.makers import Certainty, Maker, made_elsewhere, makers
from kspec.lint.settings import NO_SETTINGS, Settings
from kspec.lint.sources import PodSource, pod_sources
from kspec.lint.stamped import asks_for_stamps, may_have_stamps, without_stamps
from kspec.source.diagnostic import Severity
from kspec.source.tree import Object

View = TypeVar("View", bound=KubeObject)
EMPTY_CLUSTER = Cluster()
_BUILT_IN = frozenset(k.kind for k in KINDS)


@dataclass(frozen=True)
class Lookup:
    """The objects of a design, ready for questions.

    `resources` have the API server's defaults. `written` are the same objects, in the same order, as the user wrote
    them. `cluster` has the nodes, if the design has any; `version` is the target version of Kubernetes. `least` is the
    level below which nobody listens: rules may keep such findings to themselves where making them takes time.
    """

    resources: tuple[Resource, ...]
    written: tuple[Resource, ...] = ()
    cluster: Cluster = EMPTY_CLUSTER
    version: str = ""
    settings: Settings = NO_SETTINGS
    least: Severity = Severity.INFO

    def hears(self, severity: Severity) -> bool:
        """Whether findings of a level are listened to."""
        return severity.rank >= self.least.rank

    @cached_property
    def _by_kind(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = defaultdict(list)
        for resource in self.resources:
            found[_kind(resource)].append(resource)
        return found

    def all(self, *kinds: str) -> Iterator[Resource]:
        """All objects of some kinds, custom ones too."""
        for kind in kinds:
            yield from self._by_kind.get(kind, ())

    def of(self, kind: str, view: type[View]) -> Iterator[tuple[Resource, View]]:
        """All objects of a built-in kind with their typed views."""
        for resource in self._by_kind.get(kind, ()):
            if resource.builtin is not None:
                yield resource, resource.as_(view)

    def has_any(self, kind: str, namespace: str | None = None) -> bool:
        """Whether the design declares objects of a kind, anywhere or in one namespace."""
        if namespace is None:
            return bool(self._by_kind.get(kind))
        return any((r.namespace or "default") == namespace for r in self._by_kind.get(kind, ()))

    def find(self, kind: str, namespace: str, name: str) -> Resource | None:
        """The object of that kind and name; a missing namespace is `default`."""
        return self._named.get((kind, namespace or "default", name))

    def exists(self, kind: str, namespace: str, name: str) -> bool:
        """Whether there is such an object: in the design, in every cluster, or declared to be external."""
        found = self.find(kind, namespace, name) is not None
        return found or is_given(kind, name) or self.settings.is_external(kind, namespace or "default", name)

    def names(self, kind: str, namespace: str = "") -> list[str]:
        """Names of all objects of a kind in a namespace, for did-you-mean."""
        return [r.name for r in self._by_kind.get(kind, ()) if (r.namespace or "default") == (namespace or "default")]

    @cached_property
    def _named(self) -> dict[tuple[str, str, str], Resource]:
        return {(_kind(r), r.namespace or "default", r.name): r for r in self.resources}

    @cached_property
    def _as_written(self) -> Mapping[int, Object]:
        return {id(d): w.manifest for d, w in zip(self.resources, self.written, strict=False)}

    def as_written(self, resource: Resource) -> Object:
        """An object without defaults."""
        return self._as_written.get(id(resource), resource.manifest)

    # pods

    @cached_property
    def pods(self) -> tuple[PodSource, ...]:
        """Everything pods come from, in order of writing."""
        return tuple(pod_sources(self.resources))

    @cached_property
    def _pods_of(self) -> Mapping[int, PodSource]:
        return {p.key: p for p in self.pods}

    def pods_of(self, resource: Resource | None) -> PodSource | None:
        """The pods an object makes, if it makes any."""
        return self._pods_of.get(id(resource))

    @cached_property
    def _by_namespace(self) -> Mapping[str, list[PodSource]]:
        found: dict[str, list[PodSource]] = defaultdict(list)
        for pods in self.pods:
            found[pods.namespace].append(pods)
        return found

    @cached_property
    def _by_label(self) -> Mapping[tuple[str, str, str], list[PodSource]]:
        found: dict[tuple[str, str, str], list[PodSource]] = defaultdict(list)
        for pods in self.pods:
            for key, value in pods.labels.items():
                found[pods.namespace, key, value].append(pods)
        return found

    def pods_in(self, namespace: str) -> list[PodSource]:
        """The sources of pods of a namespace."""
        return self._by_namespace.get(namespace or "default", [])

    def selected(self, namespace: str, selector: LabelSelector) -> list[PodSource]:
        """The sources whose pods a selector catches in its namespace."""
        if asks_for_stamps(selector):
            near = self.selected(namespace, without_stamps(selector))
            return [p for p in near if may_have_stamps(p, selector)]
        namespace = namespace or "default"
        near = self._by_namespace.get(namespace, [])
        for key, value in selector.match_labels.items():
            near = min(near, self._by_label.get((namespace, key, value), []), key=len)
        return [p for p in near if selector.matches(p.labels)]

    # pods that others make

    @cached_property
    def makers(self) -> tuple[Maker, ...]:
        """Custom resources whose operators may make pods."""
        return tuple(makers(self.resources))

    def made_elsewhere(self, namespace: str, selector: LabelSelector) -> Certainty:
        """Whether something other than the design's pod templates makes pods that a selector catches."""
        return made_elsewhere(self.makers, namespace or "default", selector)


def _kind(resource: Resource) -> str:
    """The kind by which an object is looked up; a custom kind that shares its name with a built-in one is set apart."""
    foreign = resource.builtin is None and resource.kind in _BUILT_IN
    return f"{resource.api_version}/{resource.kind}" if foreign else resource.kind
