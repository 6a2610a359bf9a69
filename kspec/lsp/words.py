"""What to say about kspec's own words: the short forms, and the words that begin declarations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_CORE = "io.k8s.api.core.v1."
_NETWORK = "io.k8s.api.networking.v1."


@dataclass(frozen=True, slots=True)
class Short:
    """A short form: what it is good for, how it is written, and the definition whose fields its block takes."""

    text: str
    example: str
    block: str | None = None

    @property
    def takes_block(self) -> bool:
        """Whether it is usually written with a block."""
        return self.example.endswith("}")


SHORT: Mapping[tuple[str, str], Short] = {
    ("Container", "env"): Short(
        "Environment variables by name.", "env { PORT: 8080  PASSWORD: secret(db, password) }", "[EnvVar]"
    ),
    ("[EnvVar]", "*"): Short("An environment variable.", 'LOG_LEVEL: "info"'),
    ("Container", "port"): Short("A named port of the container.", "port http: 8080", f"{_CORE}ContainerPort"),
    ("ServiceSpec", "port"): Short(
        "A named port of the service, and the port of the pods that it leads to.",
        "port http: 80 -> http",
        f"{_CORE}ServicePort",
    ),
    ("ResourceRequirements", "*"): Short("The request, or request..limit.", "memory: 256Mi..512Mi"),
    ("VolumeResourceRequirements", "*"): Short("The request, or request..limit.", "storage: 10Gi"),
    ("Container", "readiness"): Short(
        "Whether the pod gets traffic: `readinessProbe`, by the port it asks.",
        'readiness http { path: "/healthz"  every: 5s }',
        f"{_CORE}Probe",
    ),
    ("Container", "liveness"): Short(
        "Whether the container is restarted: `livenessProbe`, by the port it asks.",
        'liveness http { path: "/livez" }',
        f"{_CORE}Probe",
    ),
    ("Container", "startup"): Short(
        "How long the container may take to start: `startupProbe`, by the port it asks.",
        'startup http { path: "/healthz"  failures: 30 }',
        f"{_CORE}Probe",
    ),
    ("Probe", "path"): Short("The path of an HTTP probe: `httpGet.path`.", 'path: "/healthz"'),
    ("Probe", "every"): Short("The time between two probes: `periodSeconds`.", "every: 5s"),
    ("Probe", "timeout"): Short("How long an answer may take: `timeoutSeconds`.", "timeout: 1s"),
    ("Probe", "delay"): Short("The time before the first probe: `initialDelaySeconds`.", "delay: 10s"),
    ("Probe", "failures"): Short("Failures in a row that count: `failureThreshold`.", "failures: 3"),
    ("PodSpec", "init"): Short(
        "A container that runs before the others: an item of `initContainers`.",
        'init migrate { image: "app:1" }',
        f"{_CORE}Container",
    ),
    ("PodSpec", "volume"): Short(
        "A volume of the pod, by its name.", "volume config: configmap(web)", f"{_CORE}Volume"
    ),
    ("Container", "mount"): Short(
        "Where a volume of the pod appears in the container: an item of `volumeMounts`.",
        'mount config: "/etc/web"',
        f"{_CORE}VolumeMount",
    ),
    ("VolumeMount", "path"): Short("The path in the container: `mountPath`.", 'path: "/etc/web"'),
    ("StatefulSetSpec", "claim"): Short(
        "A volume for each pod: an item of `volumeClaimTemplates`, mounted where `mount` says.",
        'claim data { storage: 50Gi  class: fast  mount: "/db" }',
        f"{_CORE}PersistentVolumeClaim",
    ),
    ("PersistentVolumeClaim", "mount"): Short("Where the claim is mounted.", 'mount: "/db"'),
    ("PersistentVolumeClaimSpec", "storage"): Short("The size: `resources.requests.storage`.", "storage: 50Gi"),
    ("PersistentVolumeClaimSpec", "class"): Short("The storage class: `storageClassName`.", "class: fast"),
    ("ObjectMeta", "labels"): Short("Labels of the object and of its pods alike.", "labels: { tier: front }"),
    ("PodSpec", "topologySpread"): Short(
        "How evenly the pods are spread over zones or nodes: an item of `topologySpreadConstraints`.",
        "topologySpread zone { maxSkew: 1  whenUnsatisfiable: DoNotSchedule }",
        f"{_CORE}TopologySpreadConstraint",
    ),
    ("PodSpec", "antiAffinity"): Short(
        "Pods of the workload keep apart: never (or rather not) two on one node or zone.",
        "antiAffinity node { required: true }",
    ),
    ("TopologySpreadConstraint", "selector"): Short("The pods that are counted: `labelSelector`.", "selector: { }"),
    ("ServiceSpec", "target"): Short("The workload whose pods the service leads to.", "target: web"),
    ("PodDisruptionBudgetSpec", "target"): Short("The workload that the budget protects.", "target: web"),
    ("NetworkPolicySpec", "target"): Short("The workload whose pods the policy is about.", "target: db"),
    ("HorizontalPodAutoscalerSpec", "target"): Short("The workload to scale: `scaleTargetRef`.", "target: web"),
    ("HorizontalPodAutoscalerSpec", "replicas"): Short("`minReplicas` and `maxReplicas`.", "replicas: 3..12"),
    ("HorizontalPodAutoscalerSpec", "cpu"): Short("The use of CPU to aim at, of what is requested.", "cpu: 70%"),
    ("HorizontalPodAutoscalerSpec", "memory"): Short("The use of memory to aim at.", "memory: 80%"),
    ("NodePool", "count"): Short("How many nodes; a range where an autoscaler may move.", "count: 3..6"),
    ("IngressSpec", "class"): Short("The ingress class: `ingressClassName`.", "class: nginx"),
    ("IngressSpec", "host"): Short(
        "The rules of a host.", 'host "shop.example.com" { path "/": service/web.http }', f"{_NETWORK}IngressRule"
    ),
    ("IngressRule", "path"): Short(
        "Where requests under a path go.", 'path "/": service/web.http', f"{_NETWORK}HTTPIngressPath"
    ),
    ("IngressRule", "tls"): Short("The secret with the certificate of the host.", 'tls: "shop-tls"'),
    ("HTTPIngressPath", "backend"): Short("The service and port behind the path.", "backend: service/web.http"),
    ("NetworkPolicyIngressRule", "from"): Short("The workloads that may connect.", "from: [web, worker]"),
    ("NetworkPolicyIngressRule", "port"): Short("The port that they may connect to.", "port: http"),
    ("NetworkPolicyEgressRule", "to"): Short("The workloads that may be reached.", "to: [db]"),
    ("NetworkPolicyEgressRule", "port"): Short("The port that may be reached.", "port: sql"),
}
"""(struct, word) -> its page; `*` is any word that the struct itself does not have."""

NODE_POOL: Mapping[str, str] = {
    "zone": "The value of `topology.kubernetes.io/zone` on every node of the pool.",
    "region": "The value of `topology.kubernetes.io/region` on every node of the pool.",
    "machine": "What a node has: `machine { cpu: 4  memory: 16Gi  pods: 58 }`.",
    "reserved": "What the system keeps of it; the rest is allocatable.",
    "labels": "Labels of every node.",
    "annotations": "Annotations of every node.",
    "taints": "Taints of every node: only pods that tolerate them are scheduled there.",
    "price": "What a node costs, for placements that cost little.",
}

DECLARATIONS: Mapping[str, tuple[str, str]] = {
    "use": ("The declarations of another file become part of this one.", 'use "base.kspec"'),
    "import": ("Brings another file, YAML, or what Helm and Kustomize printed.", 'import yaml "legacy/*.yaml"'),
    "param": ("A value that `--set` and environments may change.", "param replicas: int = 3"),
    "let": ("A name for a value.", 'let zones = ["a", "b"]'),
    "enum": ("A type with these members.", "enum tier { gold, silver }"),
    "fn": ("A function.", "fn half(n: int) -> int = n / 2"),
    "define": ("A module: objects with parameters.", "define web(name: Name, image: string) { }"),
    "env": ("Changes that `--env NAME` applies.", "env prod extends base { hpa/web.replicas: 3..9 }"),
    "resource": ("An object of any kind.", "resource cert-manager.io/v1 Certificate tls { spec { } }"),
    "cluster": ("The nodes that the design runs on.", "cluster prod { nodepool general { count: 3 } }"),
    "namespace": ("A namespace, and the objects in it.", "namespace shop { }"),
    "nodepool": ("Nodes that are alike.", "nodepool general { count: 2..6  machine { cpu: 4  memory: 16Gi } }"),
    "invariant": ("What is always true.", "invariant floor: always web.available >= 2 under drain(any node)"),
    "goal": ("What becomes true and stays so.", "goal heals: eventually always web.ready == web.desired"),
    "witness": ("What can happen, so that the model is not empty.", "witness busy: web.ready == 0"),
    "policy": (
        "Rules about single objects.",
        'policy spare { match Deployment  require spec.replicas > 1 else "too few" }',
    ),
    "scenario": ("Steps and what is expected of them.", "scenario upgrade { rollout web { } }"),
    "component": ("A controller of one's own, as a state machine.", "component failover { state { } }"),
    "for": ("Once for each item of a list.", "for z in zones { }"),
    "if": ("Only where a condition holds.", "if debug { }"),
    "remove": ("Takes something away.", "remove pdb/web"),
    "kubernetes": ("The version whose schemas apply.", 'kubernetes: "1.36"'),
}
"""word -> what it declares, and an example."""
