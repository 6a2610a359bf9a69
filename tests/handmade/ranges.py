"""Designs whose numbers are ranges: one proof for all of them, or the smallest that breaks."""

from __future__ import annotations

from handmade.design import Budget, Design, Disturbance, Pool, Quota, Spread, Workload
from kspec.core.build import add, and_, ge, glob, implies, le, lt, or_, param, scale, sub
from kspec.core.expr import Expr

NODES, REPLICAS, SURGE, AWAY, LIMIT, OTHERS = (
    param(name) for name in ("nodes", "replicas", "surge", "away", "limit", "others")
)
ROLLOUT = (Disturbance("rollout", "web"),)
SIZES = (("nodes", 1), ("replicas", 1), ("surge", 0), ("away", 0))
MOVES = and_(le(AWAY, REPLICAS), ge(add(SURGE, AWAY), 1))
"""What the API server asks of a rolling update."""


def one_per_node(spare: bool) -> Design:
    """b01 for all sizes: a rollout under required anti-affinity; with room to move, or with none promised."""
    room = or_(ge(AWAY, 1), lt(REPLICAS, NODES)) if spare else ge(1, 0)
    web = Workload(replicas=REPLICAS, anti_affinity=True, surge=SURGE, unavailable=AWAY)
    allowed = and_(MOVES, le(REPLICAS, NODES), room)
    return Design(
        "one per node", (Pool("node", NODES),), (web,), disturbances=ROLLOUT, params=SIZES, assumption=allowed
    )


def under_quota(spare: bool) -> Design:
    """b04 for all sizes."""
    room = or_(ge(AWAY, 1), lt(REPLICAS, LIMIT)) if spare else ge(1, 0)
    web = Workload(replicas=REPLICAS, surge=SURGE, unavailable=AWAY)
    allowed = and_(MOVES, le(REPLICAS, LIMIT), room)
    return Design(
        "under quota",
        (Pool("node", NODES),),
        (web,),
        quotas=(Quota(LIMIT),),
        disturbances=ROLLOUT,
        params=(*SIZES, ("limit", 1)),
        assumption=allowed,
    )


def drained(spare: bool) -> Design:
    """b02 for all sizes."""
    allowed = lt(LIMIT, REPLICAS) if spare else le(LIMIT, REPLICAS)
    return Design(
        "drained",
        (Pool("first"), Pool("node", NODES)),
        (Workload(replicas=REPLICAS),),
        (Budget("web", least=LIMIT),),
        disturbances=(Disturbance("drain", node="first"),),
        params=(("nodes", 1), ("replicas", 1), ("limit", 0)),
        assumption=allowed,
    )


def two_sizes(spare: bool) -> Design:
    """Pods of 2 and of 1 CPU on nodes of 4: no slot rule, so only what may and must."""
    web = Workload(replicas=REPLICAS, cpu=2, surge=SURGE, unavailable=AWAY)
    load = add(scale(2, REPLICAS), OTHERS)
    room = lt(load, scale(3, NODES)) if spare else le(load, scale(4, NODES))
    return Design(
        "two sizes",
        (Pool("node", NODES, cpu=4),),
        (web, Workload("db", replicas=OTHERS)),
        disturbances=ROLLOUT,
        params=(*SIZES, ("others", 1)),
        assumption=and_(MOVES, room),
    )


def over_hosts(spare: bool) -> Design:
    """b09 for all sizes: spread over host names, with the tainted node counted or not."""
    web = Workload(replicas=REPLICAS, spread=(Spread("host", honour_taints=spare),))
    pools = (Pool("node", NODES), Pool("control", taints=("control-plane:NoSchedule",)))
    return Design("over hosts", pools, (web,), params=(("nodes", 1), ("replicas", 1)))


def available(honest: bool) -> Design:
    """From the rollout on, no more than `away` replicas are missing; or (false) none is."""
    web = Workload(replicas=REPLICAS, surge=SURGE, unavailable=AWAY)
    floor: Expr = sub(REPLICAS, AWAY) if honest else REPLICAS
    return Design(
        "available",
        (Pool("node", NODES),),
        (web,),
        disturbances=ROLLOUT,
        invariant=lambda c: implies(le(glob("todo0"), 0), ge(c.ready("web"), floor)),
        params=SIZES,
        assumption=MOVES,
    )


RANGES = {make.__name__: make for make in (one_per_node, under_quota, drained, two_sizes, over_hosts, available)}
