"""What an object counts for under a ResourceQuota.

Upstream: pkg/quota/v1/evaluator/core/{pods,services,persistent_volume_claims,registry}.go and
staging/src/k8s.io/apiserver/pkg/quota/v1/generic/evaluator.go (v1.36).
"""

from __future__ import annotations

from kspec.api.admission.refusal import qualified
from kspec.api.amounts import ZERO, Amounts, amounts, pod_limits, pod_requests
from kspec.api.fields import flag, integer, objects, text
from kspec.api.validation.resources import is_extended, is_hugepages
from kspec.domain.kinds import Kind
from kspec.domain.quantity import Quantity
from kspec.source.tree import Object

_PLAIN = ("configmaps", "secrets", "replicationcontrollers", "resourcequotas", "services")
_COMPUTE = ("cpu", "memory", "ephemeral-storage")
CLASS_SUFFIX = ".storageclass.storage.k8s.io/"
_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"


def usage(kind: Kind, manifest: Object) -> Amounts:
    """The quantities an object adds to the used ones, by the names that a quota has for them."""
    counted: Amounts = {f"count/{qualified(kind.plural, kind.group)}": count(1)}
    spec = manifest.get("spec") or {}
    assert isinstance(spec, dict)
    if kind.api_version == "v1":
        if kind.plural in _PLAIN:
            counted[kind.plural] = count(1)
        match kind.kind:
            case "Pod":
                counted |= pod_usage(pod_requests(spec), pod_limits(spec))
            case "Service":
                counted |= _service(spec)
            case "PersistentVolumeClaim":
                counted |= _claim(manifest, spec)
    return counted


def count(number: int) -> Quantity:
    """A number of objects."""
    return Quantity.parse(str(number))


def pod_usage(requests: Amounts, limits: Amounts) -> Amounts:
    """A pod's, or what one container adds to it."""
    out: Amounts = {"pods": count(1)}
    for name in _COMPUTE:
        if name in requests:
            out[name] = out[f"requests.{name}"] = requests[name]
        if name in limits:
            out[f"limits.{name}"] = limits[name]
    for name, amount in requests.items():
        if is_hugepages(name):
            out[name] = amount
        if is_hugepages(name) or is_extended(name):
            out[f"requests.{name}"] = amount
    return out


def _service(spec: Object) -> Amounts:
    ports, kind = objects(spec, "ports"), text(spec, "type")
    node_ports = balancers = 0
    if kind == "NodePort":
        node_ports = len(ports)
    elif kind == "LoadBalancer":
        balancers, node_ports = 1, len(ports)
        if flag(spec, "allocateLoadBalancerNodePorts") is False:
            node_ports = sum(1 for port in ports if integer(port, "nodePort"))
    return {"services.nodeports": count(node_ports), "services.loadbalancers": count(balancers)}


def _claim(manifest: Object, spec: Object) -> Amounts:
    size = amounts(spec, "resources", "requests").get("storage", ZERO)
    out = {"persistentvolumeclaims": count(1), "requests.storage": size}
    storage_class = text(manifest, "metadata", "annotations", _CLASS_ANNOTATION) or text(spec, "storageClassName")
    if storage_class:
        out[f"{storage_class}{CLASS_SUFFIX}persistentvolumeclaims"] = count(1)
        out[f"{storage_class}{CLASS_SUFFIX}requests.storage"] = size
    return out


def counts_towards(kind: Kind, name: str) -> bool:
    """Whether a quota's resource is one that objects of this kind use, whatever their spec."""
    if name == f"count/{qualified(kind.plural, kind.group)}":
        return True
    if kind.api_version != "v1":
        return False
    match kind.kind:
        case "Pod":
            bare = name.removeprefix("requests.").removeprefix("limits.")
            hugepages = is_hugepages(bare) and not name.startswith("limits.")
            extended = name.startswith("requests.") and is_extended(bare)
            return name == "pods" or bare in _COMPUTE or hugepages or extended
        case "Service":
            return name in ("services", "services.nodeports", "services.loadbalancers")
        case "PersistentVolumeClaim":
            return name.rpartition(CLASS_SUFFIX)[2] in ("persistentvolumeclaims", "requests.storage")
        case _:
            return name == kind.plural and name in _PLAIN
