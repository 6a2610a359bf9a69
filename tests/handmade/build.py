"""The system of a design."""

from __future__ import annotations

from handmade import controllers, nodes
from handmade.cluster import Cluster
from handmade.design import Design
from kspec.core.system import System, integer


def build(design: Design) -> System:
    """Instantiate every component for every object."""
    c = Cluster(design)
    c.globals += [integer(f"todo{i}", 0, 1, 1) for i in range(len(design.disturbances))]
    c.globals += [integer(f"namespace.{name}", 0, 2) for name in design.namespaces]
    c.globals += [integer(f"resource.{resource.name}", 0, 2) for resource in design.resources]
    for workload in design.workloads:
        (controllers.statefulset if workload.kind == "StatefulSet" else controllers.deployment)(c, workload)
        for component in nodes.PER_WORKLOAD:
            component(c, workload)
    nodes.remediation(c)
    nodes.descheduler(c)
    controllers.autoscalers(c)
    controllers.gitops(c)
    controllers.namespaces(c)
    nodes.user(c)
    return c.system()
