"""A workload keeps data on a path of whatever node it runs on.

When the pod moves the data stays behind: the next one starts empty, and both nodes have half. DaemonSets, whose pods
stay, are not meant, nor are paths that are only read, sockets and devices.

Fails:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          volumes: [{name: data, hostPath: {path: /srv/data, type: DirectoryOrCreate}}]
          containers:
            - name: web
              image: "web:1.4"
              volumeMounts: [{name: data, mountPath: /data}]

Passes:

    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      strategy: {type: Recreate}
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              volumeMounts: [{name: data, mountPath: /data}]
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.claims import pinned_to_one_node
from kspec.lint.hostpaths import host_paths
from kspec.lint.index import Index
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS7005", "hostpath-state", Severity.WARNING, __doc__)
_KEEPS_STATE = ("", "Directory", "DirectoryOrCreate")


def check(index: Index) -> Iterator[Diagnostic]:
    """Workloads that leave their data behind."""
    for pods in index.pods:
        if pods.kind in ("DaemonSet", "Pod") or pinned_to_one_node(index, pods):
            continue
        for volume in host_paths(pods):
            if volume.writable and volume.type in _KEEPS_STATE and not (volume.socket or volume.sensitive):
                message = f"{pods} keeps data in {volume.path} of whatever node it runs on"
                yield within(RULE, pods, (*volume.at, "path"), message, "use a PersistentVolumeClaim")
