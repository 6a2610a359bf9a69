"""Where pods come from: bare pods, and the templates of workloads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from pydantic import ValidationError

from kspec.domain.labels import LabelSelector
from kspec.domain.objects import Resource, get, without_nulls
from kspec.domain.pod import Container, Pod, PodSpec, PodTemplate
from kspec.domain.templates import PODS
from kspec.domain.workloads import CronJob, DaemonSet, Deployment, Job, ReplicaSet, StatefulSet
from kspec.source.text import Span
from kspec.source.tree import Object, Path

LASTING = frozenset({"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController"})
"""Kinds whose pods are to run for ever."""
SCALED = LASTING - {"DaemonSet"}
"""Kinds that run as many pods as they are told to."""


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

    @property
    def kind(self) -> str:
        return self.resource.kind

    @property
    def key(self) -> int:
        """Tells sources apart, for tables."""
        return id(self.resource)

    def same_object(self, other: PodSource) -> bool:
        """Whether two sources are one object, declared twice perhaps."""
        return self is other or (self.kind, self.namespace, self.resource.name) == (
            other.kind,
            other.namespace,
            other.resource.name,
        )

    @property
    def lasting(self) -> bool:
        """Whether the pods are to run for ever."""
        return self.kind in LASTING or (self.kind == "Pod" and self.spec.restart_policy == "Always")

    @cached_property
    def raw(self) -> Object:
        """The pod spec as data, for fields that the typed view leaves out."""
        return _object(get(self.resource.manifest, (*self.path, "spec")))

    @cached_property
    def annotations(self) -> Object:
        """The annotations of the pods."""
        return _object(get(self.resource.manifest, (*self.path, "metadata", "annotations")))

    def at(self, *path: str | int) -> Span | None:
        """Where a part of the pod template was written."""
        return self.resource.origin.at((*self.path, *path))

    @property
    def containers(self) -> Iterator[tuple[Path, Container]]:
        """Init and main containers with their paths in the template."""
        for field, containers in (("initContainers", self.spec.init_containers), ("containers", self.spec.containers)):
            for i, container in enumerate(containers):
                yield ("spec", field, i), container

    @property
    def running(self) -> Iterator[tuple[Path, Container]]:
        """Containers that run as long as the pod does: the main ones and sidecars."""
        return ((path, c) for path, c in self.containers if "containers" in path or c.is_sidecar)

    def data(self, path: Path) -> Object:
        """A part of the template as data, empty where there is none."""
        return _object(get(self.raw, path[1:])) if path[:1] == ("spec",) else {}

    def __str__(self) -> str:
        return f"{self.resource.kind} {self.resource.name or self.resource.metadata.get('generateName', '')}"


def pod_sources(resources: Iterable[Resource]) -> Iterator[PodSource]:
    """Everything pods come from, in order of writing."""
    for resource in resources:
        if resource.builtin is None or resource.kind not in PODS:
            continue
        path = PODS[resource.kind]
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
            case _:
                yield from _untyped(resource, path)


def _untyped(resource: Resource, path: Path) -> Iterator[PodSource]:
    """A workload whose kind has no typed view: a ReplicationController."""
    try:
        template = PodTemplate.model_validate(without_nulls(_object(get(resource.manifest, path))))
    except ValidationError:
        return
    labels = _object(get(resource.manifest, ("spec", "selector")))
    selector = LabelSelector(match_labels={k: str(v) for k, v in labels.items()}) if labels else None
    yield PodSource(resource, template.metadata.labels, template.spec, path, selector)


def _object(value: object) -> Object:
    return value if isinstance(value, dict) else {}
