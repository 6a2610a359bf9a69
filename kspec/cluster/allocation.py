"""Addresses and ports that the API server chooses for a Service: the next free ones.

Upstream: pkg/registry/core/service/{ipallocator,portallocator} (v1.36), which choose at random.
"""

from __future__ import annotations

from kspec.api.admission.addresses import SERVICE_RANGE
from kspec.api.validation.service_ips import ALLOCATED
from kspec.source.tree import Json, Object

_FIRST_ADDRESS, _FIRST_PORT = 256, 30000
_PORTS = ("nodePort", "healthCheckNodePort")


class Allocator:
    """Gives out addresses of the service range and node ports, each once."""

    def __init__(self) -> None:
        self._addresses = _FIRST_ADDRESS
        self._ports = _FIRST_PORT

    def fill(self, manifest: Object) -> Object:
        """The object with values where the answer of a dry request says that they are allocated."""
        filled = self._filled(manifest, "", str(SERVICE_RANGE[self._addresses]))
        assert isinstance(filled, dict)
        if filled != manifest:
            self._addresses += 1
        return filled

    def _filled(self, value: Json, field: str, address: str) -> Json:
        match value:
            case str() if value == ALLOCATED:
                if field not in _PORTS:
                    return address
                self._ports += 1
                return self._ports
            case dict():
                return {name: self._filled(item, name, address) for name, item in value.items()}
            case list():
                return [self._filled(item, field, address) for item in value]
            case _:
                return value
