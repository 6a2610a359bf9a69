"""Pods as the scheduler holds them: what their template says is compiled once and shared.

Upstream: pkg/scheduler/framework/types.go (`PodInfo`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kspec.domain.base import OwnerReference
from kspec.domain.pod import Pod, PodSpec
from kspec.scheduler.framework.resources import Amounts, NonZero, non_zero, pod_requests
from kspec.scheduler.framework.selectors import PodTerms
from kspec.scheduler.predicates import HostPort, host_ports

PREEMPTED = "PreemptionByScheduler"
"""The reason of the DisruptionTarget condition on a pod that has to make room."""


@dataclass(slots=True, eq=False)
class Template:
    """What pods with the same namespace, labels, owner and spec have in common. Compared by identity.

    `memo` holds what plugins derived from it, under keys of their own.
    """

    namespace: str
    labels: Mapping[str, str]
    owner: OwnerReference | None
    spec: PodSpec
    requests: Amounts
    non_zero: NonZero
    ports: tuple[HostPort, ...]
    terms: PodTerms
    priority: int
    memo: dict[object, object] = field(default_factory=dict)

    @staticmethod
    def of(pod: Pod) -> Template:
        spec = pod.spec
        return Template(
            namespace=pod.namespace,
            labels=pod.metadata.labels,
            owner=pod.metadata.controller,
            spec=spec,
            requests=pod_requests(spec),
            non_zero=non_zero(spec),
            ports=host_ports(spec),
            terms=PodTerms.of(pod),
            priority=spec.priority or 0,
        )

    def fits(self, pod: Pod) -> bool:
        """Whether the pod could have been made from this template."""
        meta = pod.metadata
        return (
            self.namespace == meta.namespace
            and (self.labels is meta.labels or self.labels == meta.labels)
            and self.owner == meta.controller
            and (self.spec is pod.spec or self.spec == pod.spec)
        )


@dataclass(slots=True, eq=False)
class PodInfo:
    """A pod and its template. `start_time` is RFC 3339 text or empty; `nominated` the node preemption keeps for it."""

    pod: Pod
    template: Template
    key: str
    terminating: bool = False
    preempted: bool = False
    start_time: str = ""
    nominated: str = ""

    @property
    def priority(self) -> int:
        return self.template.priority

    @property
    def spec(self) -> PodSpec:
        return self.template.spec

    @property
    def namespace(self) -> str:
        return self.template.namespace

    @property
    def labels(self) -> Mapping[str, str]:
        return self.template.labels


class TemplatePool:
    """Finds the template of a pod: by the identity of its spec where it can, by equality where it must."""

    def __init__(self) -> None:
        self._by_spec: dict[int, tuple[PodSpec, list[Template]]] = {}
        self._by_shape: dict[object, list[Template]] = {}

    def info(self, pod: Pod) -> PodInfo:
        return PodInfo(
            pod=pod,
            template=self.template(pod),
            key=pod.key,
            terminating=pod.metadata.deletion_timestamp is not None,
            preempted=any(c.reason == PREEMPTED and c.status == "True" for c in pod.status.conditions),
            start_time=pod.status.start_time or "",
            nominated=pod.status.nominated_node_name,
        )

    def template(self, pod: Pod) -> Template:
        spec = pod.spec
        held = self._by_spec.get(id(spec))
        if held is None:
            held = (spec, [])
            self._by_spec[id(spec)] = held
        for template in held[1]:
            if template.fits(pod):
                return template
        alike = self._by_shape.setdefault(_shape(pod), [])
        template = next((t for t in alike if t.fits(pod)), None) or Template.of(pod)
        if template not in alike:
            alike.append(template)
        held[1].append(template)
        return template


def _shape(pod: Pod) -> object:
    """A cheap key that equal pods share."""
    spec, owner = pod.spec, pod.metadata.controller
    return (
        pod.namespace,
        frozenset(pod.metadata.labels.items()),
        owner and (owner.kind, owner.name),
        spec.priority,
        spec.node_name,
        tuple((c.name, c.image) for c in spec.containers),
        tuple(v.persistent_volume_claim and v.persistent_volume_claim.claim_name for v in spec.volumes),
    )
