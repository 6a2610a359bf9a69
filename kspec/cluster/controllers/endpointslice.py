"""EndpointSlices: the pods behind a Service, and whether they may be sent traffic.

Upstream: pkg/controller/endpointslice/endpointslice_controller.go, staging/src/k8s.io/endpointslice/reconciler.go,
staging/src/k8s.io/endpointslice/util/controller_utils.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from kspec.api.fields import flag, integer, mapping, objects, text
from kspec.cluster.controller import Controller, is_ready, node_of, phase
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Key, Stored
from kspec.domain.labels import LabelSelector
from kspec.source.tree import Json, Object

SERVICE, MANAGED_BY = "kubernetes.io/service-name", "endpointslice.kubernetes.io/managed-by"
_MANAGER = "endpointslice-controller.k8s.io"
_MOST = 100
"""Endpoints in one slice."""


@dataclass(frozen=True, slots=True)
class Port:
    """A port of a slice, by the Service's name for it."""

    name: str
    number: int
    protocol: str

    def as_json(self) -> Object:
        return {"name": self.name, "port": self.number, "protocol": self.protocol}


Ports = tuple[Port, ...]


class EndpointSliceController(Controller):
    name: ClassVar[str] = "endpoint-slice-controller"
    title: ClassVar[str] = "endpointslice"

    def watch(self) -> None:
        self.cache.on("Service", lambda change: self.queue.add(change.now.key))
        self.cache.on("Pod", self._pod_changed)
        self.cache.on("EndpointSlice", self._slice_changed)

    def _pod_changed(self, change: Change) -> None:
        pod, before = change.now, change.before
        kept = before is not None and change.verb is Verb.MODIFIED and before.labels == pod.labels
        if kept and before is not None and _endpoint_facts(before) == _endpoint_facts(pod):
            return
        labels = [pod.labels] if before is None else [pod.labels, before.labels]
        for service in self.cache.list("Service", pod.namespace):
            if any(_selects(service, given) for given in labels):
                self.queue.add(service.key)

    def _slice_changed(self, change: Change) -> None:
        """A slice that somebody else deleted or changed is put right."""
        if change.by != self.client.by:
            self.queue.add((change.now.namespace, change.now.labels.get(SERVICE, change.now.name)))

    # -- one Service ---------------------------------------------------------------------------------------------------

    async def sync(self, key: Key) -> None:
        service = self.cache.get("Service", key)
        if service is None or not mapping(service.spec, "selector") or text(service.spec, "type") == "ExternalName":
            return
        pods = [p for p in self.cache.list("Pod", key[0]) if _selects(service, p.labels) and _has_endpoint(p)]
        wanted: dict[Ports, list[Object]] = {}
        for pod in pods:
            wanted.setdefault(_ports(service, pod), []).append(_endpoint(service, pod))
        slices = [s for s in self.cache.list("EndpointSlice", key[0]) if s.controlled_by(service) and not s.deleting]
        await self._reconcile(service, slices, wanted)

    async def _reconcile(self, service: Stored, slices: Sequence[Stored], wanted: dict[Ports, list[Object]]) -> None:
        """Write the wanted endpoints into the slices that there are, or into new ones; one always stays."""
        chunks = [
            (ports, endpoints[at : at + _MOST])
            for ports, endpoints in wanted.items()
            for at in range(0, len(endpoints), _MOST)
        ] or [((), [])]
        left = list(slices)
        for ports, endpoints in chunks:
            mine = next((s for s in left if _ports_of(s) == ports), left[0] if left else None)
            if mine is None:
                await self.client.create(_manifest(service, ports, endpoints))
                continue
            left.remove(mine)
            if _ports_of(mine) != ports or not _same(objects(mine.manifest, "endpoints"), endpoints):
                draft = mine.draft()
                draft["endpoints"], draft["ports"] = list[Json](endpoints), [port.as_json() for port in ports]
                await self.client.update(draft)
        for superfluous in left:
            await self.client.delete("EndpointSlice", superfluous.key)


def _selects(service: Stored, labels: dict[str, str]) -> bool:
    selector = mapping(service.spec, "selector")
    return bool(selector) and LabelSelector(match_labels=selector).matches(labels)


def _has_endpoint(pod: Stored) -> bool:
    """Whether a pod is in slices at all: it has an address and has not ended."""
    return bool(text(pod.status, "podIP")) and phase(pod) not in ("Succeeded", "Failed")


def _endpoint_facts(pod: Stored) -> tuple[object, ...]:
    """What of a pod is in its endpoint."""
    return _has_endpoint(pod), is_ready(pod), pod.deleting, node_of(pod), text(pod.status, "podIP")


def _endpoint(service: Stored, pod: Stored) -> Object:
    serving, terminating = is_ready(pod), pod.deleting
    ready = bool(flag(service.spec, "publishNotReadyAddresses")) or (serving and not terminating)
    return {
        "addresses": [text(pod.status, "podIP")],
        "conditions": {"ready": ready, "serving": serving, "terminating": terminating},
        "nodeName": node_of(pod),
        "targetRef": {"kind": "Pod", "namespace": pod.namespace, "name": pod.name, "uid": pod.uid},
    }


def _ports(service: Stored, pod: Stored) -> Ports:
    """The Service's ports at this pod; a named target that the pod has not is left out."""
    out: list[Port] = []
    for port in objects(service.spec, "ports"):
        protocol = text(port, "protocol") or "TCP"
        target = port.get("targetPort") or port.get("port")
        number = _named(pod, target, protocol) if isinstance(target, str) else target
        if isinstance(number, int) and number:
            out.append(Port(text(port, "name"), number, protocol))
    return tuple(out)


def _named(pod: Stored, name: str, protocol: str) -> int | None:
    for container in objects(pod.spec, "containers"):
        for port in objects(container, "ports"):
            if text(port, "name") == name and (text(port, "protocol") or "TCP") == protocol:
                return integer(port, "containerPort")
    return int(name) if name.isdigit() else None


def _ports_of(found: Stored) -> Ports:
    ports = objects(found.manifest, "ports")
    return tuple(Port(text(p, "name"), integer(p, "port"), text(p, "protocol")) for p in ports)


def _same(before: Iterable[Object], wanted: Iterable[Object]) -> bool:
    """Whether two lists have the same endpoints, in whatever order."""

    def address(endpoint: Object) -> str:
        return text(endpoint, "targetRef", "uid")

    return sorted(before, key=address) == sorted(wanted, key=address)


def _manifest(service: Stored, ports: Ports, endpoints: Sequence[Object]) -> Object:
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "generateName": f"{service.name}-",
            "namespace": service.namespace,
            "labels": {**service.labels, SERVICE: service.name, MANAGED_BY: _MANAGER},
            "ownerReferences": [service.as_owner().as_json()],
        },
        "addressType": "IPv4",
        "endpoints": list[Json](endpoints),
        "ports": [port.as_json() for port in ports],
    }
