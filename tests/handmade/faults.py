"""Real outages as small faulty and fixed designs."""

from __future__ import annotations

from collections.abc import Callable

from handmade.design import (
    Autoscaler,
    Budget,
    Design,
    Disturbance,
    Finalized,
    Pool,
    Quota,
    Spread,
    Workload,
)
from kspec.core.build import aggregate, and_, eq, ge, glob, gt, ite, le, local, or_, sub
from kspec.core.expr import TRUE, Fold

Make = Callable[[bool, int], Design]
ROLLOUT = (Disturbance("rollout", "web"),)


def _gentle(fixed: bool) -> dict[str, int]:
    return {"surge": 0, "unavailable": 1} if fixed else {"surge": 1, "unavailable": 0}


def b01(fixed: bool, n: int = 3) -> Design:
    """Rollout deadlock: anti-affinity, as many replicas as nodes, surge 1, unavailable 0."""
    web = Workload(replicas=n, anti_affinity=True, **_gentle(fixed))
    return Design("b01", (Pool("node", n),), (web,), disturbances=ROLLOUT)


def b02(fixed: bool, n: int = 3) -> Design:
    """A budget as large as the workload blocks every drain."""
    web = Workload(replicas=n - 1, anti_affinity=True)
    budget = Budget("web", least=n - 2 if fixed else n - 1)
    drain = (Disturbance("drain", node="first"),)
    return Design("b02", (Pool("first"), Pool("node", n - 1)), (web,), (budget,), disturbances=drain)


def b04(fixed: bool, n: int = 2) -> Design:
    """A full quota leaves no room for the surge pod."""
    web = Workload(replicas=n, **_gentle(fixed))
    return Design("b04", (Pool("node", n),), (web,), quotas=(Quota(n),), disturbances=ROLLOUT)


def b06(fixed: bool, n: int = 3) -> Design:
    """No node has room for the surge pod."""
    web = Workload(replicas=n, cpu=2, **_gentle(fixed))
    return Design("b06", (Pool("node", n, cpu=3),), (web,), disturbances=ROLLOUT)


def b07(fixed: bool, n: int = 2) -> Design:
    """A budget protects pods that never get ready from the drain."""
    web = Workload(replicas=n, broken=(1,))
    drain = Disturbance(
        "drain", when=lambda c: and_(eq(c.count(c.of("web", ("failing",))), n), eq(c.everything("web"), n))
    )
    return Design(
        "b07",
        (Pool("node", n),),
        (web,),
        (Budget("web", most=1, always_allow=fixed),),
        disturbances=(drain,),
        goal=lambda c: le(aggregate(Fold.SUM, c.classes, ite(gt(local("draining"), 0), c.here(lambda _: True), 0)), 0),
    )


def b09(fixed: bool, n: int = 3) -> Design:
    """A spread constraint counts a tainted node."""
    web = Workload(replicas=2 * (n - 1), spread=(Spread("host", honour_taints=fixed),))
    return Design("b09", (Pool("node", n - 1), Pool("control", taints=("control-plane:NoSchedule",))), (web,))


def b10(fixed: bool, n: int = 3) -> Design:
    """Spread is broken after a rollout although every placement was legal."""
    web = Workload(replicas=n, spread=(Spread("host", per_revision=fixed),))
    return Design(
        "b10",
        (Pool("node", n),),
        (web,),
        disturbances=ROLLOUT,
        goal=lambda c: and_(c.at_rest(), le(c.host_skew("web"), 1)),
    )


def b14(fixed: bool, n: int = 3) -> Design:
    """A bad image and maxUnavailable 100 %."""
    web = Workload(replicas=n, surge=1, unavailable=1 if fixed else n, broken=(2,))
    return Design(
        "b14",
        (Pool("node", n),),
        (web,),
        disturbances=ROLLOUT,
        start_settled=True,
        invariant=lambda c: ge(c.ready("web"), n - 1),
    )


def b17(fixed: bool, n: int = 2) -> Design:
    """A flexible pod takes the only node a picky pod can use."""
    hdd, ssd = (("disk", "hdd"),), (("disk", "ssd"),)
    web = Workload(replicas=1, selector=hdd if fixed else ())
    db = Workload("db", replicas=1, selector=ssd)
    return Design("b17", (Pool("hdd", n - 1, cpu=1, labels=hdd), Pool("ssd", cpu=1, labels=ssd)), (web, db))


def b22(fixed: bool, n: int = 3) -> Design:
    """The pod of a StatefulSet on a dead node."""
    db = Workload("db", replicas=1, kind="StatefulSet")
    return Design(
        "b22",
        (Pool("node", n),),
        (db,),
        out_of_service=fixed,
        disturbances=(Disturbance("loss"),),
        goal=lambda c: eq(c.ready("db"), 1),
    )


def b25(fixed: bool, n: int = 2) -> Design:
    """A namespace never goes: its operator was deleted before the finalizer ran."""
    operator = Workload("operator", replicas=1, namespace="ops" if fixed else "app")
    phase = glob("namespace.app")
    return Design(
        "b25",
        (Pool("node", n),),
        (operator,),
        namespaces=("app", "ops"),
        resources=(Finalized("database", "app", "operator"),),
        disturbances=(Disturbance("delete-namespace", namespace="app"),),
        goal=lambda c: or_(eq(phase, 2), and_(eq(phase, 0), c.at_rest())),
    )


def b31(fixed: bool, n: int = 3) -> Design:
    """GitOps pins replicas below the HPA's minimum."""
    return Design(
        "b31",
        (Pool("node", n),),
        (Workload(replicas=2),),
        autoscalers=(Autoscaler("web", 4, 8),),
        gitops=() if fixed else (("web", 2),),
    )


def k3(fixed: bool, n: int = 3) -> Design:
    """Two spread constraints that conflict."""
    spread = (Spread("zone"),) if fixed else (Spread("zone"), Spread("host"))
    web = Workload(replicas=2 * n - 1, spread=spread)
    pools = (Pool("a", n - 1, zone="a"), Pool("b", zone="b"))
    return Design("k3", pools, (web,), disturbances=(Disturbance("scale", "web", to=2 * n),))


def k5(fixed: bool, n: int = 2) -> Design:
    """RemoveDuplicates against a scheduler that has only one node with room."""
    web = Workload(replicas=n + 3)
    return Design("k5", (Pool("a", n - 1, cpu=1), Pool("b", cpu=99)), (web,), descheduler=(("web", fixed),))


def k7(fixed: bool, n: int = 2) -> Design:
    """nodeName and a NoExecute taint: pods created and killed without end."""
    taint = ("key1:NoExecute",)
    web = Workload(replicas=1, node_name="first", tolerations=taint if fixed else ())
    return Design("k7", (Pool("first", taints=taint), Pool("node", n - 1)), (web,))


FAULTS: dict[str, Make] = {
    make.__name__: make for make in (b01, b02, b04, b06, b07, b09, b10, b14, b17, b22, b25, b31, k3, k5, k7)
}

__all__ = ["FAULTS", "TRUE", "sub"]
