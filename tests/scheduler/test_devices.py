"""Devices that pods claim.

Cases restate upstream's dynamicresources_test.go and structured/allocator tests.
"""

from __future__ import annotations

from typing import Any

import making
import pytest

from kspec.domain.devices import DeviceClass, ResourceClaim, ResourceClaimTemplate, ResourceSlice
from kspec.scheduler.devices.cel import Version, parse
from kspec.scheduler.scheduler import Scheduler

DRIVER = "gpu.test"
CLASS = DeviceClass.model_validate(
    {
        "kind": "DeviceClass",
        "metadata": {"name": "gpu"},
        "spec": {"selectors": [{"cel": {"expression": f'device.driver == "{DRIVER}"'}}]},
    }
)
NODES = [making.node("a"), making.node("b")]


def slice_(node: str, *devices: dict[str, Any]) -> ResourceSlice:
    listed = [
        {
            "name": f"{node}-{i}",
            "attributes": {"model": {"string": d.get("model", "small")}, "numa": {"int": d.get("numa", 0)}},
            "capacity": {"memory": {"value": d.get("memory", "8Gi")}},
            "taints": d.get("taints", []),
        }
        for i, d in enumerate(devices)
    ]
    spec = {"driver": DRIVER, "nodeName": node, "pool": {"name": node}, "devices": listed}
    return ResourceSlice.model_validate({"kind": "ResourceSlice", "metadata": {"name": node}, "spec": spec})


def template(*requests: Any, constraints: Any = ()) -> ResourceClaimTemplate:
    devices = {"requests": list(requests), "constraints": list(constraints)}
    return ResourceClaimTemplate.model_validate(
        {
            "kind": "ResourceClaimTemplate",
            "metadata": {"name": "t", "namespace": "default"},
            "spec": {"spec": {"devices": devices}},
        }
    )


def exactly(count: int = 1, expression: str = "", name: str = "r", **more: Any) -> dict[str, Any]:
    selectors = [{"cel": {"expression": expression}}] if expression else []
    return {
        "name": name,
        "exactly": {"deviceClassName": "gpu", "count": count, "selectors": selectors, **more},
    }


def claiming(name: str = "p") -> Any:
    return making.pod(name, resourceClaims=[{"name": "gpu", "resourceClaimTemplateName": "t"}])


def nodes_for(request: Any, *slices: ResourceSlice, **more: Any) -> list[str]:
    result = making.attempt(claiming(), *NODES, others=(CLASS, template(request, **more), *slices))
    return making.feasible(result)


BIG = {"model": "big", "memory": "80Gi"}


@pytest.mark.parametrize(
    ("expression", "nodes"),
    [
        ('device.attributes["gpu.test"].model == "big"', ["b"]),
        ('device.attributes["gpu.test"].model.startsWith("sm")', ["a"]),
        ('device.capacity["gpu.test"].memory.compareTo(quantity("40Gi")) >= 0', ["b"]),
        ('device.driver == "other" || device.attributes["gpu.test"].numa in [0, 1]', ["a", "b"]),
        ('"gpu.test" in device.attributes && !(device.attributes["gpu.test"].model == "big")', ["a"]),
        ('has(device.attributes["gpu.test"].colour)', []),
        ('device.attributes["elsewhere"].model == "big"', []),
        ('device.attributes["gpu.test"].model ==', []),
    ],
)
def test_an_expression_selects_devices(expression: str, nodes: list[str]) -> None:
    assert nodes_for(exactly(expression=expression), slice_("a", {}), slice_("b", BIG)) == nodes


def test_a_node_needs_as_many_devices_as_are_claimed() -> None:
    result = making.attempt(
        claiming(), *NODES, others=(CLASS, template(exactly(2)), slice_("a", {}), slice_("b", {}, {}))
    )
    assert result.chosen == "b"
    assert making.reasons(result) == {"a": ("cannot allocate all claims",)}


def test_a_device_is_given_once_and_comes_back_when_its_pod_goes() -> None:
    scheduler = Scheduler(making.snapshot(*NODES, others=(CLASS, template(exactly()), slice_("a", {}))))
    assert scheduler.schedule(claiming("one")).chosen == "a"
    assert not scheduler.schedule(claiming("two")).scheduled
    scheduler.delete_pod("default/one")
    assert scheduler.schedule(claiming("two")).chosen == "a"


def test_a_claim_that_has_its_devices_is_shared_on_their_node() -> None:
    selector = {"nodeSelectorTerms": [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["b"]}]}]}
    shared = ResourceClaim.model_validate(
        {
            "kind": "ResourceClaim",
            "metadata": {"name": "c", "namespace": "default"},
            "status": {"allocation": {"nodeSelector": selector}},
        }
    )
    pod = making.pod("p", resourceClaims=[{"name": "x", "resourceClaimName": "c"}])
    result = making.attempt(pod, *NODES, others=(shared,))
    assert result.chosen == "b"
    assert making.reasons(result) == {"a": ("resourceclaim not available on the node",)}


def test_devices_of_one_claim_can_be_asked_to_match() -> None:
    constraint = {"matchAttribute": "gpu.test/numa"}
    slices = slice_("a", {"numa": 0}, {"numa": 1}), slice_("b", {"numa": 0}, {"numa": 1}, {"numa": 1})
    assert nodes_for(exactly(2), *slices) == ["a", "b"]
    assert nodes_for(exactly(2), *slices, constraints=[constraint]) == ["b"]


def test_tainted_devices_need_a_toleration() -> None:
    tainted = slice_("a", {"taints": [{"key": "broken", "effect": "NoSchedule"}]})
    assert nodes_for(exactly(), tainted) == []
    assert nodes_for(exactly(tolerations=[{"key": "broken", "operator": "Exists"}]), tainted) == ["a"]


def test_the_first_alternative_that_can_be_had_is_taken_and_preferred() -> None:
    alternatives = [
        {"name": "big", "deviceClassName": "gpu", "selectors": [{"cel": {"expression": _model("big")}}]},
        {"name": "any", "deviceClassName": "gpu"},
    ]
    request = {"name": "r", "firstAvailable": alternatives}
    result = making.attempt(
        claiming(), *NODES, others=(CLASS, template(request), slice_("a", {}), slice_("b", {}, BIG))
    )
    assert making.raw(result, "DynamicResources") == {"a": 7, "b": 8}
    assert result.chosen == "b"


def test_a_missing_class_or_claim_keeps_the_pod_from_every_node() -> None:
    result = making.attempt(claiming(), *NODES, others=(template(exactly()),))
    assert result.message == (
        "0/2 nodes are available: request r: device class gpu does not exist. no new claims to deallocate, "
        "preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."
    )
    pod = making.pod("p", resourceClaims=[{"name": "x", "resourceClaimName": "c"}])
    assert 'resourceclaim.resource.k8s.io "c" not found' in making.attempt(pod, *NODES).message


def test_versions_are_ordered_as_semver_orders_them() -> None:
    ordered = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0", "1.0.1", "1.10.0"]
    assert sorted(ordered, key=Version.parse) == ordered
    expression = parse('device.attributes["d"].v.isGreaterThan(semver("1.2.0"))')
    assert expression is not None
    assert expression.selects({"attributes": {"d": {"v": Version.parse("1.10.0")}}})
    assert not expression.selects({"attributes": {"d": {"v": "text"}}})


def _model(name: str) -> str:
    return f'device.attributes["gpu.test"].model == "{name}"'
