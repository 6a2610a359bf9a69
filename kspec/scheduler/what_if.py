"""What would be different if an object, or the scheduler's configuration, were."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kspec.domain.base import KubeObject
from kspec.domain.node import Node
from kspec.domain.pod import Pod
from kspec.domain.snapshot import Snapshot
from kspec.domain.storage import PersistentVolumeClaim
from kspec.scheduler.admission import admit_claim, admit_node, admit_pod
from kspec.scheduler.configuration import Configuration
from kspec.scheduler.explain import Change, Explanation, compare, explain
from kspec.scheduler.framework.catalog import Catalog
from kspec.scheduler.scheduler import Scheduler


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The decision as it is, as it would be, and what is different."""

    before: Explanation
    after: Explanation
    changes: tuple[Change, ...]


def what_if(
    snapshot: Snapshot,
    pod: Pod,
    changed: Iterable[KubeObject] = (),
    configuration: Configuration | None = None,
    other_configuration: Configuration | None = None,
) -> WhatIf:
    """Decide about a pod twice: as things are, and with objects changed or added or under another configuration.

    An object replaces the one of the same kind and name; a pod of the name of `pod` takes its place.
    """
    objects = list(changed)
    before = _decide(snapshot, pod, (), configuration)
    other = next((o for o in objects if isinstance(o, Pod) and o.key == pod.key), pod)
    after = _decide(snapshot, other, objects, other_configuration or configuration)
    return WhatIf(before, after, tuple(compare(before, after)))


def _decide(
    snapshot: Snapshot, pod: Pod, changed: Iterable[KubeObject], configuration: Configuration | None
) -> Explanation:
    catalog = Catalog.of(snapshot)
    scheduler = Scheduler(snapshot, configuration)
    for item in changed:
        match item:
            case Node():
                scheduler.add_node(admit_node(item))
            case Pod():
                if item.key != pod.key:
                    scheduler.add_pod(admit_pod(item, catalog))
            case PersistentVolumeClaim():
                scheduler.add_object(admit_claim(item, catalog))
            case _:
                scheduler.add_object(item)
    return explain(scheduler, admit_pod(pod, scheduler.cluster.catalog))
