"""Which pods belong together when nobody says: those of the same services and of the same ReplicaSet or StatefulSet.

Upstream: pkg/scheduler/framework/plugins/helper/spread.go (`DefaultSelector`) (v1.36).
"""

from __future__ import annotations

from dataclasses import replace

from kspec.scheduler.framework.catalog import Catalog
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.selectors import Selector

_OWNERS = frozenset({("apps/v1", "ReplicaSet"), ("apps/v1", "StatefulSet"), ("v1", "ReplicationController")})


def default_selector(pod: PodInfo, catalog: Catalog) -> Selector:
    """The selectors of the services that select the pod and of its controller, all together; empty without any."""
    merged: dict[str, str] = {}
    for service in catalog.services.values():
        wanted = service.spec.selector
        if service.namespace == pod.namespace and wanted and Selector.equal(wanted).matches(pod.labels):
            merged |= wanted
    selector = Selector.equal(merged)
    owner = pod.template.owner
    if owner is None or (owner.api_version, owner.kind) not in _OWNERS:
        return selector
    owned = catalog.selector_of(owner.kind, f"{pod.namespace}/{owner.name}")
    if owned is None:
        return selector
    more = Selector.of(owned)
    both = dict.fromkeys((*selector.labels, *more.labels))
    return replace(selector, labels=tuple(sorted(both)), requirements=more.requirements)
