"""How fast the scheduler is: pods a second on a large cluster, and the memory it takes.

Run by `make bench`; `--nodes 5000 --pods 30000` are the sizes that matter, the defaults are small.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from kspec.domain.node import HOSTNAME, ZONE, Node
from kspec.domain.pod import Pod
from kspec.domain.snapshot import Snapshot
from kspec.scheduler.scheduler import Scheduler

ZONES = 3


Spec = dict[str, Any]


@dataclass(frozen=True)
class Workload:
    """A name, how many pods a deployment has, and what they have in their spec besides the container."""

    name: str
    size: int
    spec: Callable[[Spec], Spec]


def nodes(count: int) -> tuple[Node, ...]:
    return tuple(
        Node.model_validate(
            {
                "metadata": {"name": f"node-{i}", "labels": {HOSTNAME: f"node-{i}", ZONE: f"zone-{i % ZONES}"}},
                "status": {"allocatable": {"cpu": "4", "memory": "32Gi", "pods": "110"}},
            }
        )
        for i in range(count)
    )


def pods(workload: Workload, count: int) -> Iterator[Pod]:
    """Pods as controllers make them: those of one deployment share labels and spec."""
    requests = {"cpu": "100m", "memory": "500Mi"}
    container = {"name": "c", "image": "app:1", "resources": {"requests": requests}}
    for start in range(0, count, workload.size):
        app = f"app-{start // workload.size}"
        template = Pod.model_validate(
            {
                "metadata": {"name": app, "namespace": "default", "labels": {"app": app}},
                "spec": {"containers": [container], **workload.spec({"matchLabels": {"app": app}})},
            }
        )
        for i in range(min(workload.size, count - start)):
            metadata = template.metadata.model_copy(update={"name": f"{app}-{i}"})
            yield template.model_copy(update={"metadata": metadata})


def plain(selector: Spec) -> Spec:
    return {}


def strict(selector: Spec) -> Spec:
    """One pod a node, and zones filled evenly."""
    return {
        "affinity": {
            "podAntiAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": [{"labelSelector": selector, "topologyKey": HOSTNAME}]
            }
        },
        "topologySpreadConstraints": [
            {"maxSkew": 1, "topologyKey": ZONE, "whenUnsatisfiable": "DoNotSchedule", "labelSelector": selector}
        ],
    }


def soft(selector: Spec) -> Spec:
    """The same as preferences."""
    term = {"labelSelector": selector, "topologyKey": HOSTNAME}
    return {
        "affinity": {
            "podAntiAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 10, "podAffinityTerm": term}]
            }
        },
        "topologySpreadConstraints": [
            {"maxSkew": 1, "topologyKey": ZONE, "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": selector}
        ],
    }


WORKLOADS = (
    Workload("plain pods", 30, plain),
    Workload("anti-affinity and zone spread", 30, strict),
    Workload("preferences: anti-affinity and zone spread", 30, soft),
)


def measure(workload: Workload, node_count: int, pod_count: int, *, all_nodes: bool) -> tuple[float, float, int]:
    """Seconds for scheduling by the clock and of processor time, and how many pods found a node."""
    scheduler = Scheduler(Snapshot(nodes=nodes(node_count)), all_nodes=all_nodes)
    waiting = list(pods(workload, pod_count))
    start, used = time.perf_counter(), time.process_time()
    scheduled = sum(scheduler.schedule(pod, record=False).scheduled for pod in waiting)
    return time.perf_counter() - start, time.process_time() - used, scheduled


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=500)
    parser.add_argument("--pods", type=int, default=2000)
    parser.add_argument("--all-nodes", action="store_true")
    options = parser.parse_args()
    print(f"{options.nodes} nodes, {options.pods} pods{', every node examined' if options.all_nodes else ''}")
    print(f"{'workload':44} {'seconds':>8} {'pods/s':>8} {'cpu s':>8} {'per cpu s':>10} {'placed':>8}")
    for workload in WORKLOADS:
        seconds, cpu, scheduled = measure(workload, options.nodes, options.pods, all_nodes=options.all_nodes)
        rates = f"{seconds:8.1f} {options.pods / seconds:8.0f} {cpu:8.1f} {options.pods / cpu:10.0f}"
        print(f"{workload.name:44} {rates} {scheduled:8}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MiB")


if __name__ == "__main__":
    main()
