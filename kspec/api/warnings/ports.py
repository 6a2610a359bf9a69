"""Container ports that get in each other's way.

Upstream: pkg/api/pod/warnings.go, warningsForPodSpecAndMeta (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import FieldPath
from kspec.api.fields import integer, objects, text
from kspec.source.tree import Object

Placed = list[tuple[FieldPath, Object]]


def port_warnings(containers: Placed) -> Iterator[str]:
    """`containers` are all containers of a pod with their places."""
    ports = [
        ((at / "ports").item(i), port)
        for at, container in containers
        for i, port in enumerate(objects(container, "ports"))
    ]
    yield from _numbers(ports)
    first: dict[str, FieldPath] = {}
    for at, port in ports:
        name = text(port, "name")
        if name in first:
            other = first[name]
            words = f"services and probes that select ports by name will use {other}"
            yield f'{at}: duplicate port name "{name}" with {other}, {words}'
        elif name:
            first[name] = at


def _numbers(ports: Placed) -> Iterator[str]:
    seen: dict[tuple[int, str], Placed] = {}
    for at, port in ports:
        host_ip, host_port = text(port, "hostIP"), integer(port, "hostPort")
        number, protocol = integer(port, "containerPort"), text(port, "protocol")
        if host_ip and not host_port:
            fields = f"Name:{text(port, 'name')} HostPort:0 ContainerPort:{number} Protocol:{protocol} HostIP:{host_ip}"
            yield f"{at}: hostIP set without hostPort: {{{fields}}}"
        others = seen.setdefault((number, protocol), [])
        for other_at, other in others:
            clash = _clash(host_ip, host_port, text(other, "hostIP"), integer(other, "hostPort"))
            if clash:
                yield f"{at}: {clash} port definition with {other_at}"
        others.append((at, port))


def _clash(ip: str, port: int, other_ip: str, other_port: int) -> str | None:
    if (ip, port) == (other_ip, other_port):
        return "duplicate"
    if not port or not other_port:
        return "overlapping"
    return "dangerously ambiguous" if port == other_port and bool(ip) != bool(other_ip) else None
