"""The devices of a cluster, and which of them a node can use.

Upstream: staging/src/k8s.io/dynamic-resource-allocation/structured/internal/experimental/pools_experimental.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kspec.domain.devices import Device, DeviceAttribute, DeviceSelector, ResourceClaim, ResourceSlice
from kspec.domain.matching import selector_matches
from kspec.domain.node import Node
from kspec.domain.pod import NodeSelector
from kspec.scheduler.devices.cel import Version, parse
from kspec.scheduler.framework.catalog import Catalog

DeviceId = tuple[str, str, str]


@dataclass(frozen=True)
class Entry:
    """A device where it is: driver, pool, and the slice that lists it."""

    driver: str
    pool: str
    device: Device
    slice: ResourceSlice

    @property
    def id(self) -> DeviceId:
        return self.driver, self.pool, self.device.name

    @cached_property
    def seen(self) -> Mapping[str, Any]:
        """The device as selectors see it."""
        return {
            "driver": self.driver,
            "attributes": self._by_domain({n: _plain(a) for n, a in self.device.attributes.items()}),
            "capacity": self._by_domain({n: c.value.amount for n, c in self.device.capacity.items()}),
        }

    def attribute(self, name: str) -> Any:
        """The value of an attribute given as `domain/name`, None where the device has none."""
        domain, _, short = name.rpartition("/")
        return self.seen["attributes"][domain or self.driver].get(short)

    def usable_on(self, node: Node) -> bool:
        spec = self.slice.spec
        where: Device | Any = self.device if spec.per_device_node_selection else spec
        return where.all_nodes or where.node_name == node.name or _selects(where.node_selector, node)

    def selected(self, selectors: Iterable[DeviceSelector]) -> bool:
        """Whether every selector is true of the device."""
        for selector in selectors:
            expression = parse(selector.cel.expression) if selector.cel else None
            if expression is None or not expression.selects(self.seen):
                return False
        return True

    def _by_domain(self, values: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
        out = _Domains()
        for name, value in values.items():
            domain, _, short = name.rpartition("/")
            out.setdefault(domain or self.driver, {})[short] = value
        return out


class _Domains(dict[str, dict[str, Any]]):
    """A domain that a device has nothing in is empty, not missing."""

    def __missing__(self, domain: str) -> dict[str, Any]:
        return {}


def devices(catalog: Catalog) -> Iterator[Entry]:
    """All devices, of the newest generation of each pool."""
    slices = [item for item in catalog.others.values() if isinstance(item, ResourceSlice)]
    newest: dict[tuple[str, str], int] = {}
    for found in slices:
        pool = (found.spec.driver, found.spec.pool.name)
        newest[pool] = max(newest.get(pool, 0), found.spec.pool.generation)
    for found in slices:
        spec = found.spec
        if spec.pool.generation == newest[spec.driver, spec.pool.name]:
            for device in spec.devices:
                yield Entry(spec.driver, spec.pool.name, device, found)


def taken(catalog: Catalog) -> set[DeviceId]:
    """The devices that claims have already been given."""
    return {
        (result.driver, result.pool, result.device)
        for item in catalog.others.values()
        if isinstance(item, ResourceClaim) and item.status.allocation is not None
        for result in item.status.allocation.devices.results
        if not result.admin_access
    }


def _selects(selector: NodeSelector | None, node: Node) -> bool:
    return selector is not None and selector_matches(selector, node.labels, node.name)


def _plain(attribute: DeviceAttribute) -> Any:
    if attribute.version is not None:
        return Version.parse(attribute.version)
    values = (attribute.string, attribute.int_, attribute.bool_)
    return next((value for value in values if value is not None), None)
