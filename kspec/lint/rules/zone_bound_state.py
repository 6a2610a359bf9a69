"""A volume ties a workload to one zone: when the zone is lost, so is the workload.

The pod can only run where its volume is. Reported where the design has nodes in several zones and an outside Service
sends to the workload; replicate the data over zones, or use storage that is in all of them.

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
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}], type: LoadBalancer}
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
              volumeMounts: [{name: data, mountPath: /data}]
              readinessProbe: {tcpSocket: {port: 8080}}

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
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}], type: LoadBalancer}
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
          topologySpreadConstraints:
            - maxSkew: 1
              topologyKey: kubernetes.io/hostname
              whenUnsatisfiable: DoNotSchedule
              labelSelector: {matchLabels: {app: web}}
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              readinessProbe: {tcpSocket: {port: 8080}}
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.node import ZONE
from kspec.domain.storage import PersistentVolume, PersistentVolumeClaim
from kspec.lint.claims import single_node_claims
from kspec.lint.index import Index
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS7006", "zone-bound-state", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Served workloads whose data is in one zone."""
    if len({n.zone for n in index.cluster.at_minimum() if n.zone}) < 2:
        return
    for pods in index.pods:
        outward = index.outward(pods)
        for claim in single_node_claims(index, pods) if outward else ():
            zone = _zone(index, pods.namespace, claim.resource.as_(PersistentVolumeClaim))
            if zone is not None:
                message = f"{pods} can run in zone {zone} only, where the volume of claim {claim.name} is"
                yield within(RULE, pods, ("spec", "volumes", claim.volume), message, "replicate the data over zones")


def _zone(index: Index, namespace: str, claim: PersistentVolumeClaim) -> str | None:
    """The one zone that the volume of a claim is in, if it is known to be bound to one."""
    for _, volume in index.of("PersistentVolume", PersistentVolume):
        bound = volume.spec.claim_ref
        mine = bound is not None and (bound.namespace or "default", bound.name) == (namespace, claim.name)
        if not (mine or volume.name == claim.spec.volume_name) or volume.spec.node_affinity.required is None:
            continue
        terms = volume.spec.node_affinity.required.node_selector_terms
        zones = {
            v for t in terms for e in t.match_expressions if e.key == ZONE and e.operator == "In" for v in e.values
        }
        if len(zones) == 1:
            return zones.pop()
    return None
