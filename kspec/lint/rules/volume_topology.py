"""A pod and its volume can not be on one node.

The volume's node affinity (usually its zone) leaves only nodes that the pod's own selectors and tolerations rule out:
the pod stays Pending (`volume node affinity conflict`). Looked at are claims that are bound, or to be bound by name, to
a PersistentVolume of the design.

Fails:

    apiVersion: v1
    kind: Node
    metadata:
      name: node-1
      labels: {kubernetes.io/hostname: node-1, topology.kubernetes.io/zone: z1}
    status: {allocatable: {cpu: "4", memory: 16Gi, pods: "110"}}
    ---
    apiVersion: v1
    kind: Node
    metadata:
      name: node-2
      labels: {kubernetes.io/hostname: node-2, topology.kubernetes.io/zone: z2}
    status: {allocatable: {cpu: "4", memory: 16Gi, pods: "110"}}
    ---
    apiVersion: v1
    kind: PersistentVolume
    metadata: {name: disk}
    spec:
      capacity: {storage: 1Gi}
      accessModes: [ReadWriteOnce]
      claimRef: {namespace: default, name: data}
      csi: {driver: ebs.csi.aws.com, volumeHandle: vol-1}
      nodeAffinity:
        required:
          nodeSelectorTerms: [{matchExpressions: [{key: topology.kubernetes.io/zone, operator: In, values: [z1]}]}]
    ---
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
          nodeSelector: {topology.kubernetes.io/zone: z2}
          containers:
            - name: web
              image: "web:1.4"
              volumeMounts: [{name: data, mountPath: /data}]

Passes:

    apiVersion: v1
    kind: Node
    metadata:
      name: node-1
      labels: {kubernetes.io/hostname: node-1, topology.kubernetes.io/zone: z1}
    status: {allocatable: {cpu: "4", memory: 16Gi, pods: "110"}}
    ---
    apiVersion: v1
    kind: Node
    metadata:
      name: node-2
      labels: {kubernetes.io/hostname: node-2, topology.kubernetes.io/zone: z2}
    status: {allocatable: {cpu: "4", memory: 16Gi, pods: "110"}}
    ---
    apiVersion: v1
    kind: PersistentVolume
    metadata: {name: disk}
    spec:
      capacity: {storage: 1Gi}
      accessModes: [ReadWriteOnce]
      claimRef: {namespace: default, name: data}
      csi: {driver: ebs.csi.aws.com, volumeHandle: vol-1}
      nodeAffinity:
        required:
          nodeSelectorTerms: [{matchExpressions: [{key: topology.kubernetes.io/zone, operator: In, values: [z1]}]}]
    ---
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
          nodeSelector: {topology.kubernetes.io/zone: z1}
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              volumeMounts: [{name: data, mountPath: /data}]
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.matching import selector_matches
from kspec.domain.storage import PersistentVolume, PersistentVolumeClaim
from kspec.lint.index import Index
from kspec.lint.nodes import all_nodes, usable
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS4022", "volume-topology", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Pods that are kept from their data."""
    nodes = all_nodes(index)
    volumes = [v for _, v in index.of("PersistentVolume", PersistentVolume) if v.spec.node_affinity.required]
    for pods in index.pods if nodes and volumes else ():
        homes = usable(pods.spec, nodes)
        for i, source in enumerate(v.persistent_volume_claim for v in pods.spec.volumes):
            claim = index.find("PersistentVolumeClaim", pods.namespace, source.claim_name) if source else None
            volume = _volume(volumes, pods.namespace, claim.as_(PersistentVolumeClaim)) if claim else None
            required = volume.spec.node_affinity.required if volume else None
            if volume is None or required is None or not homes:
                continue
            if not any(selector_matches(required, n.labels, n.name) for n in homes):
                message = f"{pods} and volume {volume.name} of its claim can not be on one node"
                found = index.find("PersistentVolume", "", volume.name)
                related = [("where the volume is", found.at("spec", "nodeAffinity") if found else None)]
                where = ("spec", "volumes", i, "persistentVolumeClaim")
                yield within(RULE, pods, where, message, "let the pod run where its volume is", related=related)


def _volume(volumes: list[PersistentVolume], namespace: str, claim: PersistentVolumeClaim) -> PersistentVolume | None:
    """The volume that a claim is bound to, or asks for by name."""
    for volume in volumes:
        bound = volume.spec.claim_ref
        if bound is not None and (bound.namespace or "default", bound.name) == (namespace, claim.name):
            return volume
        if volume.name == claim.spec.volume_name:
            return volume
    return None
