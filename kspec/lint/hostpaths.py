"""Paths of the node that pods mount, and how much harm they can do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kspec.api.fields import maybe, objects, text
from kspec.lint.sources import PodSource
from kspec.source.tree import Path

_SOCKETS = frozenset({"docker.sock", "containerd.sock", "crio.sock", "cri-dockerd.sock", "podman.sock"})
_SENSITIVE = (
    "/boot", "/dev", "/etc", "/proc", "/root", "/sys", "/var/lib/containerd", "/var/lib/docker", "/var/lib/kubelet"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HostPath:
    """A hostPath volume of a pod. `mounts` are the mounts of it, with whether each is read-only."""

    path: str
    type: str
    at: Path
    mounts: tuple[tuple[Path, bool], ...]

    @property
    def socket(self) -> bool:
        """Whether it is the socket of a container runtime: control over every container of the node."""
        return self.path.rpartition("/")[2] in _SOCKETS

    @property
    def sensitive(self) -> bool:
        """Whether it is the node's root, or a folder that the node itself lives on."""
        plain = self.path.rstrip("/") or "/"
        return plain == "/" or any(plain == s or plain.startswith(f"{s}/") for s in _SENSITIVE)

    @property
    def writable(self) -> tuple[Path, ...]:
        """The mounts through which it can be written."""
        return tuple(path for path, read_only in self.mounts if not read_only)


def host_paths(pods: PodSource) -> Iterator[HostPath]:
    """The hostPath volumes of a pod."""
    for i, volume in enumerate(objects(pods.raw, "volumes")):
        source = maybe(volume, "hostPath")
        if source is None:
            continue
        name = text(volume, "name")
        mounts = tuple(
            ((*path, "volumeMounts", j), mount.read_only)
            for path, container in pods.containers
            for j, mount in enumerate(container.volume_mounts)
            if mount.name == name
        )
        yield HostPath(text(source, "path"), text(source, "type"), ("spec", "volumes", i, "hostPath"), mounts)
