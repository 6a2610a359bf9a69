"""Services that are there to be scraped: nobody waits for an answer of theirs, so no outage is theirs."""

from __future__ import annotations

import re

from kspec.domain.network import Service

_METRICS = re.compile(r"metrics|(^|-)prom($|-)|^telemetry$|^monitoring$")


def is_scraped_only(service: Service) -> bool:
    """Whether every port is, by its name or that of its target, a port of metrics."""
    ports = service.spec.ports
    return bool(ports) and all(
        _METRICS.search(port.name or "") or (isinstance(port.target_port, str) and _METRICS.search(port.target_port))
        for port in ports
    )
