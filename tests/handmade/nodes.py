"""Scheduler filters, kubelet, eviction, node failures, descheduler, and the user's script."""

from __future__ import annotations

from collections.abc import Callable

from handmade.cluster import Cluster
from handmade.controllers import ALIVE, delete
from handmade.design import Disturbance, Pool, Spread, Workload
from kspec.core.build import (
    add,
    aggregate,
    and_,
    count_nodes,
    eq,
    ge,
    glob,
    gt,
    ite,
    le,
    lift,
    local,
    or_,
    scale,
    sub,
    total,
)
from kspec.core.expr import FALSE, TRUE, UNLIMITED, Expr, Fold
from kspec.core.pod import PodState
from kspec.core.system import ActionKind, Family, Measure, Preference


def tolerates(w: Workload, taint: str) -> bool:
    """Does the workload tolerate a taint?"""
    return taint in w.tolerations


def fits_statically(w: Workload, pool: Pool) -> bool:
    """Selector and taints allow the pool."""
    return set(w.selector) <= set(pool.labels) and all(tolerates(w, taint) for taint in pool.taints)


def node_filter(c: Cluster, w: Workload, pool: Pool) -> Expr:
    """What a node decides alone."""
    if not fits_statically(w, pool):
        return FALSE
    guard: list[Expr] = []
    if c.lossy:
        guard.append(gt(local("ready"), 0))
    if c.drains:
        guard.append(le(local("cordoned"), 0))
    if c.design.out_of_service:
        guard.append(le(local("out-of-service"), 0))
    if pool.cpu is not None:
        used = total(scale(c.workload(p.workload).cpu, local(p.place)) for p in c.pods if p.bound)
        guard.append(le(add(used, w.cpu), pool.cpu))
    if w.anti_affinity:
        guard.append(le(c.here(c.of(w.name)), 0))
    return and_(*guard)


def spread_filter(c: Cluster, w: Workload, spread: Spread, index: int, revision: int) -> Expr:
    """A hard topology spread constraint for one more pod on a node of the class."""
    pools = c.design.pools

    def eligible(pool: Pool) -> bool:
        tainted = spread.honour_taints and not all(tolerates(w, taint) for taint in pool.taints)
        return set(w.selector) <= set(pool.labels) and not tainted

    classes = [i for i, pool in enumerate(pools) if eligible(pool)]
    counted = c.active(w.name, revision if spread.per_revision else None)
    here = c.here(lambda p: counted(p) and p.bound)
    if spread.key == "host":
        return le(sub(add(here, 1), aggregate(Fold.MIN, classes, here)), spread.skew)
    zones: dict[str, list[int]] = {}
    for i in classes:
        zones.setdefault(pools[i].zone, []).append(i)
    own = aggregate(Fold.SUM, zones[pools[index].zone], here)
    others = (aggregate(Fold.SUM, members, here) for zone, members in zones.items() if zone != pools[index].zone)
    return and_(*(le(sub(add(own, 1), other), spread.skew) for other in others))


def scheduler(c: Cluster, w: Workload) -> None:
    """Binds a pending pod to any feasible node; the score prefers nodes with fewer pods."""
    crowd = c.here(lambda p: p.phase != "terminating")
    for state in c.states(w, "pending"):
        for index, pool in enumerate(c.design.pools):
            spreads = (spread_filter(c, w, s, index, state.revision) for s in w.spread)
            guard = node_filter(c, w, pool)
            if guard is FALSE:
                continue
            score = Preference(Family.SCORE, f"bind {state.place}", (scale(-1, crowd),))
            target, label = c.to(state, "starting"), f"bind pod of {w.name} revision {state.revision}"
            c.move(label, "scheduler", and_(guard, *spreads), state, target, only=(index,), preference=score)


def kubelet(c: Cluster, w: Workload) -> None:
    """Starts pods and removes terminated ones, on live nodes."""
    up = gt(local("ready"), 0) if c.lossy else TRUE
    for state in c.states(w, "starting"):
        phase = "failing" if state.revision in w.broken else "ready"
        c.move(f"start pod of {w.name} revision {state.revision}", "kubelet", up, state, c.to(state, phase))
    for state in c.states(w, "terminating"):
        c.move(f"remove pod of {w.name} revision {state.revision}", "kubelet", up, state, None)


def evictable(c: Cluster, w: Workload, phase: str) -> Expr:
    """The eviction subresource lets a pod in this phase go."""
    budgets = [b for b in c.design.budgets if b.workload == w.name]
    if not budgets:
        return TRUE
    (budget,) = budgets
    healthy = c.ready(w.name)
    wanted = lift(budget.least) if budget.least is not None else sub(c.replicas(w.name), budget.most or 0)
    if phase == "ready":
        return ge(sub(healthy, 1), wanted)
    if budget.always_allow:
        return TRUE
    return and_(ge(healthy, wanted), gt(wanted, 0))


def drain_evictions(c: Cluster, w: Workload) -> None:
    """kubectl drain evicts whatever is on a draining node, for as long as it takes."""
    if not c.drains:
        return
    for phase in ALIVE[1:]:
        for state in c.states(w, phase):
            guard = and_(gt(local("draining"), 0), evictable(c, w, phase))
            delete(c, f"evict pod of {w.name}", "kubectl-drain", guard, state)
    left = ite(gt(local("draining"), 0), c.here(lambda p: p.phase in ALIVE[1:]), 0)
    c.measures.append(Measure("kubectl-drain", (aggregate(Fold.SUM, c.classes, left),)))


def taint_eviction(c: Cluster, w: Workload) -> None:
    """Deletes pods that do not tolerate a NoExecute taint."""
    for index, pool in enumerate(c.design.pools):
        if any(t.endswith(":NoExecute") and not tolerates(w, t) for t in pool.taints):
            for phase in ALIVE[1:]:
                for state in c.states(w, phase):
                    delete(c, f"evict pod of {w.name} for a taint", "taint-eviction", TRUE, state, only=(index,))


def node_lifecycle(c: Cluster, w: Workload) -> None:
    """Pods of a lost node become not ready, then are deleted; an out-of-service taint removes them for good."""
    if not c.lossy:
        return
    lost = le(local("ready"), 0)
    for state in c.states(w, "ready"):
        c.move(f"mark pod of {w.name} not ready", "node-lifecycle", lost, state, c.to(state, "failing"))
    for phase in ("starting", "failing"):
        for state in c.states(w, phase):
            delete(c, f"delete pod of {w.name} on a lost node", "taint-eviction", lost, state)
    if c.design.out_of_service:
        for state in c.states(w, "terminating"):
            guard = and_(gt(local("out-of-service"), 0), lost)
            c.move(f"force the deletion of a pod of {w.name}", "pod-gc", guard, state, None)


def remediation(c: Cluster) -> None:
    """Taints lost nodes out-of-service."""
    for index in c.classes if c.design.out_of_service else ():
        guard = and_(le(local("ready"), 0), le(local("out-of-service"), 0))
        c.act("taint node", "remediation", guard, locals={"out-of-service": lift(1)}, node_class=index)


def descheduler(c: Cluster) -> None:
    """RemoveDuplicates: evicts from nodes above the average, rounded up."""
    for name, node_fit in c.design.descheduler:
        w = c.workload(name)
        target = [i for i, pool in enumerate(c.design.pools) if fits_statically(w, pool)]
        here = c.here(lambda p: p.workload == name and p.phase in ALIVE[1:])  # noqa: B023
        everywhere = aggregate(Fold.SUM, c.classes, here)
        sizes = total(c.design.pools[i].size for i in target)
        nodes = sizes.value  # type: ignore[union-attr]
        for index in target:
            guard = and_(ge(here, 2), ge(scale(nodes, sub(here, 1)), everywhere), nodes >= 2)
            if node_fit:
                fits = {i: node_filter(c, w, c.design.pools[i]) for i in target}
                others = total(count_nodes([i], fit) for i, fit in fits.items())
                guard = and_(guard, gt(sub(others, ite(fits[index], 1, 0)), 0))
            for phase in ALIVE[1:]:
                for state in c.states(w, phase):
                    allowed = and_(guard, evictable(c, w, phase))
                    delete(c, f"evict duplicate of {name}", "descheduler", allowed, state, only=(index,))


def user(c: Cluster) -> None:
    """The disturbances, in any order, each once, by default when the cluster is at rest."""
    for number, d in enumerate(c.design.disturbances):
        guard = and_(gt(glob(f"todo{number}"), 0), d.when(c) if d.when else c.at_rest())
        _disturb(c, d, guard, {f"todo{number}": lift(0)})


def _disturb(c: Cluster, d: Disturbance, guard: Expr, done: dict[str, Expr]) -> None:
    kind, w = ActionKind.ENVIRONMENT, d.workload
    match d.do:
        case "rollout":
            place = f"{w}.revision"
            c.act(f"roll out {w}", "user", guard, kind=kind, globals={**done, place: add(glob(place), 1)})
        case "scale":
            c.act(f"scale {w}", "user", guard, kind=kind, globals={**done, f"{w}.replicas": lift(d.to)})
        case "delete-namespace":
            place = f"namespace.{d.namespace}"
            allowed = and_(guard, eq(glob(place), 0))
            c.act(f"delete {place}", "user", allowed, kind=kind, globals={**done, place: lift(1)})
        case "drain" | "loss":
            drain = d.do == "drain"
            updates = {"cordoned": lift(1), "draining": lift(1)} if drain else {"ready": lift(0)}
            fresh = le(local("cordoned"), 0) if drain else gt(local("ready"), 0)
            for index, pool in enumerate(c.design.pools):
                if d.node in ("", pool.name):
                    label = f"{d.do} a node"
                    allowed = and_(guard, fresh)
                    c.act(label, "user", allowed, kind=kind, globals=done, locals=updates, node_class=index)
        case _:
            raise ValueError(d.do)


Component = Callable[[Cluster, Workload], None]
PER_WORKLOAD: tuple[Component, ...] = (scheduler, kubelet, drain_evictions, taint_eviction, node_lifecycle)


def pod_states(c: Cluster) -> list[PodState]:
    """All pod states."""
    return list(c.pods)


def fraction(c: Cluster, condition: Expr) -> Expr:
    """How many nodes satisfy a condition."""
    return count_nodes(c.classes, or_(condition))


BIG = UNLIMITED
