"""A rolling update starts the new pod while the old one still holds the volume.

A ReadWriteOnce volume is attached to one node. When the new pod lands on another one it waits for the volume
(Multi-Attach error), and the old one waits for the new. Where maxUnavailable lets the old pod go first, this is a
warning. Assumes that the cluster has more than one node the pod could run on.

Fails:

    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
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

from kspec.domain.workloads import Deployment
from kspec.lint.claims import pinned_to_one_node, single_node_claims
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3034", "rwo-rolling", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Deployments that roll over a volume of one node."""
    for pods in index.pods:
        view, scale = pods.resource.view, index.scale(pods)
        if not isinstance(view, Deployment) or view.spec.strategy.type != "RollingUpdate" or scale is None:
            continue
        surge, unavailable = view.spec.strategy.rolling_update.resolve(scale.least)
        for claim in single_node_claims(index, pods):
            if surge == 0 or pinned_to_one_node(index, pods):
                continue
            message = f"a rollout of {pods} starts a pod that waits for {claim.mode} claim {claim.name} of the old one"
            related = [(f"claim {claim.name}", claim.resource.at("spec", "accessModes"))]
            severity = Severity.WARNING if unavailable else None
            help = "use strategy.type: Recreate, or maxSurge: 0"
            where = ("spec", "strategy")
            yield on(RULE, pods.resource, where, message, help, key=True, related=related, severity=severity)
