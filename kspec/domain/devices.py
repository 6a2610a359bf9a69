"""Devices that pods claim: dynamic resource allocation.

Upstream: staging/src/k8s.io/api/resource/v1/types.go (v1.36).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kspec.domain.base import Kube, KubeObject
from kspec.domain.node import Taint
from kspec.domain.pod import NodeSelector, Toleration
from kspec.domain.quantity import Quantity


class CELDeviceSelector(Kube):
    expression: str


class DeviceSelector(Kube):
    cel: CELDeviceSelector | None = None


class ExactDeviceRequest(Kube):
    """Devices of a class, so many of them or all that a node has."""

    device_class_name: str
    selectors: tuple[DeviceSelector, ...] = ()
    allocation_mode: Literal["ExactCount", "All"] = "ExactCount"
    count: int = 1
    admin_access: bool = False
    tolerations: tuple[Toleration, ...] = ()


class DeviceSubRequest(ExactDeviceRequest):
    """One of several alternatives, the first that can be had counts."""

    name: str


class DeviceRequest(Kube):
    name: str
    exactly: ExactDeviceRequest | None = None
    first_available: tuple[DeviceSubRequest, ...] = ()


class DeviceConstraint(Kube):
    """The devices of these requests (empty: of all) have the same value of an attribute, or all have different ones."""

    requests: tuple[str, ...] = ()
    match_attribute: str = ""
    distinct_attribute: str = ""


class DeviceClaim(Kube):
    requests: tuple[DeviceRequest, ...] = ()
    constraints: tuple[DeviceConstraint, ...] = ()


class ResourceClaimSpec(Kube):
    devices: DeviceClaim = Field(default_factory=DeviceClaim)


class DeviceRequestAllocationResult(Kube):
    """A device that was given to a request; a sub-request is named `request/subrequest`."""

    request: str
    driver: str
    pool: str
    device: str
    admin_access: bool = False


class DeviceAllocationResult(Kube):
    results: tuple[DeviceRequestAllocationResult, ...] = ()


class AllocationResult(Kube):
    devices: DeviceAllocationResult = Field(default_factory=DeviceAllocationResult)
    node_selector: NodeSelector | None = None


class ResourceClaimConsumer(Kube):
    resource: str = "pods"
    name: str = ""
    uid: str = ""


class ResourceClaimStatus(Kube):
    allocation: AllocationResult | None = None
    reserved_for: tuple[ResourceClaimConsumer, ...] = ()


class ResourceClaim(KubeObject):
    spec: ResourceClaimSpec = Field(default_factory=ResourceClaimSpec)
    status: ResourceClaimStatus = Field(default_factory=ResourceClaimStatus)


class ResourceClaimTemplateSpec(Kube):
    spec: ResourceClaimSpec = Field(default_factory=ResourceClaimSpec)


class ResourceClaimTemplate(KubeObject):
    spec: ResourceClaimTemplateSpec = Field(default_factory=ResourceClaimTemplateSpec)


class DeviceClassSpec(Kube):
    selectors: tuple[DeviceSelector, ...] = ()


class DeviceClass(KubeObject):
    spec: DeviceClassSpec = Field(default_factory=DeviceClassSpec)


class DeviceAttribute(Kube):
    """An attribute has one of these."""

    string: str | None = None
    int_: int | None = Field(default=None, alias="int")
    bool_: bool | None = Field(default=None, alias="bool")
    version: str | None = None


class DeviceCapacity(Kube):
    value: Quantity


class Device(Kube):
    """A device. Names without a domain belong to the driver's."""

    name: str
    attributes: dict[str, DeviceAttribute] = Field(default_factory=dict)
    capacity: dict[str, DeviceCapacity] = Field(default_factory=dict)
    taints: tuple[Taint, ...] = ()
    node_name: str = ""
    node_selector: NodeSelector | None = None
    all_nodes: bool = False


class ResourcePool(Kube):
    name: str = ""
    generation: int = 0
    resource_slice_count: int = 1


class ResourceSliceSpec(Kube):
    driver: str = ""
    pool: ResourcePool = Field(default_factory=ResourcePool)
    node_name: str = ""
    node_selector: NodeSelector | None = None
    all_nodes: bool = False
    per_device_node_selection: bool = False
    devices: tuple[Device, ...] = ()


class ResourceSlice(KubeObject):
    spec: ResourceSliceSpec = Field(default_factory=ResourceSliceSpec)
