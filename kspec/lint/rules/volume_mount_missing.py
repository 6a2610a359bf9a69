"""A container mounts a volume that its pod does not have, or two on one path; or a volume is mounted by nobody.

The API server refuses the first two. A volume that nobody mounts does nothing: often the mount was forgotten. That is a
warning.

Fails:

    apiVersion: v1
    kind: ConfigMap
    metadata: {name: settings}
    data: {level: debug}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          volumes: [{name: settings, configMap: {name: settings}}]
          containers:
            - name: web
              image: "web:1.4"
              volumeMounts: [{name: setings, mountPath: /etc/web}]

Passes:

    apiVersion: v1
    kind: ConfigMap
    metadata: {name: settings}
    data: {level: debug}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          volumes: [{name: settings, configMap: {name: settings}}]
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              volumeMounts: [{name: settings, mountPath: /etc/web}]
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import objects, text
from kspec.lint.index import Index
from kspec.lint.nearest import did_you_mean
from kspec.lint.rule import rule, within
from kspec.lint.sources import PodSource
from kspec.lint.uses import volume_templates
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Path

RULE = rule("KS2020", "volume-mount-missing", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Mounts and volumes that do not meet."""
    for pods in index.pods:
        volumes = {v.name for v in pods.spec.volumes} | volume_templates(pods)
        used: set[str] = set()
        for path, container in pods.containers:
            used |= {m.name for m in container.volume_mounts}
            used |= {text(d, "name") for d in objects(pods.data(path), "volumeDevices")}
            yield from _mounts(pods, path, container.name, volumes)
        for i, volume in enumerate(pods.spec.volumes):
            if volume.name not in used and not _read_by_kubelet(pods, volume.name):
                message = f"volume {volume.name} of {pods} is mounted by no container"
                help = "mount it, or remove it"
                yield within(RULE, pods, ("spec", "volumes", i, "name"), message, help, severity=Severity.WARNING)


def _mounts(pods: PodSource, path: Path, container: str, volumes: set[str]) -> Iterator[Diagnostic]:
    taken: set[str] = set()
    for i, mount in enumerate(objects(pods.data(path), "volumeMounts")):
        name, where = text(mount, "name"), text(mount, "mountPath")
        if name not in volumes:
            message = f"container {container} of {pods} mounts volume {name}, which the pod does not have"
            yield within(RULE, pods, (*path, "volumeMounts", i, "name"), message, did_you_mean(name, volumes))
        if where in taken:
            message = f"container {container} of {pods} mounts two volumes at {where}"
            yield within(RULE, pods, (*path, "volumeMounts", i, "mountPath"), message, "give each its own path")
        taken.add(where)


def _read_by_kubelet(pods: PodSource, volume: str) -> bool:
    """Whether environment variables are read from files of the volume."""
    return any(
        text(variable, "valueFrom", "fileKeyRef", "volumeName") == volume
        for path, _ in pods.containers
        for variable in objects(pods.data(path), "env")
    )
