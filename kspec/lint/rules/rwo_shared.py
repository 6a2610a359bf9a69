"""Pods that may run on different nodes share a volume of one node.

A ReadWriteOnce volume is attached to one node: pods elsewhere wait for ever (Multi-Attach error). A ReadWriteOncePod
volume is for one pod alone. Pods that are bound to run on one node may share a ReadWriteOnce volume. Two workloads with
one claim are a warning, for their pods may be scheduled together.

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
      replicas: 2
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
    spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 1Gi}}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 2
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
          topologySpreadConstraints:
            - maxSkew: 1
              topologyKey: kubernetes.io/hostname
              whenUnsatisfiable: DoNotSchedule
              labelSelector: {matchLabels: {app: web}}
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              volumeMounts: [{name: data, mountPath: /data}]
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.claims import OneNodeClaim, pinned_to_one_node, single_node_claims
from kspec.lint.index import Index
from kspec.lint.rule import rule, within
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS7001", "rwo-shared", Severity.ERROR, __doc__)
_POD = "ReadWriteOncePod"


def check(index: Index) -> Iterator[Diagnostic]:
    """Claims with too many users."""
    users: dict[int, list[tuple[PodSource, OneNodeClaim]]] = {}
    for pods in index.pods:
        for claim in single_node_claims(index, pods):
            users.setdefault(id(claim.resource), []).append((pods, claim))
            scale = index.scale(pods)
            alone = pinned_to_one_node(index, pods) and claim.mode != _POD
            daemons = pods.kind == "DaemonSet"
            if alone or not (daemons or (scale is not None and scale.most > 1)):
                continue
            many = "one pod a node" if daemons or scale is None else f"{scale.most} pods"
            message = f"{many} of {pods} share {claim.mode} claim {claim.name}"
            related = [(f"claim {claim.name}", claim.resource.at("spec", "accessModes"))]
            where = ("spec", "volumes", claim.volume)
            help = "use a StatefulSet with a claim template, or a ReadWriteMany volume"
            yield within(RULE, pods, where, message, help, related=related)
    for found in users.values():
        (first, _), *others = found
        for pods, claim in others:
            if pods.lasting and first.lasting and not pinned_to_one_node(index, pods):
                message = f"{first} and {pods} share {claim.mode} claim {claim.name}"
                severity = None if claim.mode == _POD else Severity.WARNING
                related = [(f"{first}", first.at("spec", "volumes"))]
                yield within(RULE, pods, ("spec", "volumes", claim.volume), message, severity=severity, related=related)
