"""What rules look up: the objects of a design by kind, and every place where pods come from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from kspec.domain.base import KubeObject
from kspec.domain.labels import LabelSelector
from kspec.domain.objects import Resource
from kspec.domain.pod import Container, Pod, PodSpec
from kspec.domain.workloads import CronJob, DaemonSet, Deployment, Job, ReplicaSet, StatefulSet
from kspec.source.text import Span
from kspec.source.tree import Path

View = TypeVar("View", bound=KubeObject)
_TEMPLATE: dict[str, Path] = {
    "Pod": (),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    **dict.fromkeys(("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job"), ("spec", "template")),
}


@dataclass(frozen=True)
class PodSource:
    """A pod, or what makes pods: its template's labels and spec, and where the template stands in the manifest."""

    resource: Resource
    labels: dict[str, str]
    spec: PodSpec
    path: Path
    selector: LabelSelector | None

    @property
    def namespace(self) -> str:
        return self.resource.namespace or "default"

    def at(self, *path: str | int) -> Span | None:
        """Where a part of the pod template was written."""
        return self.resource.origin.at((*self.path, *path))

    @property
    def containers(self) -> Iterator[tuple[Path, Container]]:
        """Init and main containers with their paths in the template."""
        for field, containers in (("initContainers", self.spec.init_containers), ("containers", self.spec.containers)):
            for i, container in enumerate(containers):
                yield ("spec", field, i), container

    def __str__(self) -> str:
        return f"{self.resource.kind} {self.resource.name}"


@dataclass(frozen=True)
class Index:
    """The objects of a design, ready for questions."""

    resources: tuple[Resource, ...]

    @cached_property
    def _by_kind(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = defaultdict(list)
        for resource in self.resources:
            found[resource.kind].append(resource)
        return found

    def of(self, kind: str, view: type[View]) -> Iterator[tuple[Resource, View]]:
        """All objects of a built-in kind with their typed views."""
        for resource in self._by_kind.get(kind, ()):
            if resource.builtin is not None:
                yield resource, resource.as_(view)

    def find(self, kind: str, namespace: str, name: str) -> Resource | None:
        """The object of that kind and name; a missing namespace is `default`."""
        return self._named.get((kind, namespace or "default", name))

    def names(self, kind: str, namespace: str) -> list[str]:
        """Names of all objects of a kind in a namespace, for did-you-mean."""
        return [n for k, ns, n in self._named if k == kind and ns == (namespace or "default")]

    @cached_property
    def _named(self) -> dict[tuple[str, str, str], Resource]:
        return {(r.kind, r.namespace or "default", r.name): r for r in self.resources}

    @cached_property
    def pods(self) -> tuple[PodSource, ...]:
        """Everything pods come from, in order of writing."""
        return tuple(_sources(self.resources))

    def selected(self, namespace: str, selector: LabelSelector) -> list[PodSource]:
        """The sources whose pods a selector catches in its namespace."""
        return [p for p in self.pods if p.namespace == (namespace or "default") and selector.matches(p.labels)]


def _sources(resources: Iterable[Resource]) -> Iterator[PodSource]:
    for resource in resources:
        if resource.builtin is None or resource.kind not in _TEMPLATE:
            continue
        path = _TEMPLATE[resource.kind]
        match resource.view:
            case Pod(metadata=metadata, spec=spec):
                yield PodSource(resource, metadata.labels, spec, path, None)
            case Deployment(spec=s) | ReplicaSet(spec=s) | StatefulSet(spec=s) | DaemonSet(spec=s):
                yield PodSource(resource, s.template.metadata.labels, s.template.spec, path, s.selector)
            case Job(spec=job):
                yield PodSource(resource, job.template.metadata.labels, job.template.spec, path, None)
            case CronJob(spec=cron):
                template = cron.job_template.spec.template
                yield PodSource(resource, template.metadata.labels, template.spec, path, None)
