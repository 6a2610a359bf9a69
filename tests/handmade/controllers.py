"""Workload controllers: Deployment, ReplicaSet, StatefulSet, HPA, GitOps, namespace."""

from __future__ import annotations

from handmade.cluster import PHASES, Cluster
from handmade.design import Workload
from kspec.core.build import (
    Term,
    add,
    and_,
    eq,
    glob,
    gt,
    ite,
    le,
    lift,
    lt,
    max_,
    min_,
    ne,
    not_,
    or_,
    scale,
    sub,
    total,
)
from kspec.core.expr import Expr
from kspec.core.pod import PodState
from kspec.core.system import Family, Measure, Preference

ALIVE = PHASES[:-1]


def admitted(c: Cluster, workload: Workload) -> Expr:
    """The API server takes one more pod: the owner exists, quota has room, the namespace is not going."""
    guard = [gt(glob(f"{workload.name}.exists"), 0)]
    for quota in c.design.quotas:
        if quota.namespace == workload.namespace:
            used = total(c.everything(w.name) for w in c.design.workloads if w.namespace == quota.namespace)
            guard.append(lt(used, quota.pods))
    if workload.namespace in c.design.namespaces:
        guard.append(le(glob(f"namespace.{workload.namespace}"), 0))
    return and_(*guard)


def create(c: Cluster, label: str, component: str, guard: Term, workload: Workload, state: PodState) -> None:
    """A controller creates a pod; spec.nodeName goes past the scheduler."""
    allowed = and_(guard, admitted(c, workload))
    if workload.node_name:
        index = next(i for i, pool in enumerate(c.design.pools) if pool.name == workload.node_name)
        c.move(label, component, allowed, None, c.to(state, "starting"), only=(index,))
    else:
        c.move(label, component, allowed, None, c.to(state, "pending"))


def delete(c: Cluster, label: str, component: str, guard: Term, state: PodState, **more: object) -> None:
    """A pod is deleted: bound ones terminate first."""
    target = c.to(state, "terminating") if state.bound else None
    c.move(label, component, guard, state, target, **more)


def deployment(c: Cluster, w: Workload) -> None:
    """RollingUpdate, one write a step, status read live."""
    name, component = w.name, f"deployment/{w.name}"
    wanted = c.replicas(name)
    specs = {r: glob(f"{name}.spec{r}") for r in c.all_revisions(w)}
    available = {r: c.ready(name, r) for r in specs}
    all_specs = total(specs.values())
    for new, spec in specs.items():
        here = and_(gt(glob(f"{name}.exists"), 0), eq(glob(f"{name}.revision"), new))
        up = and_(lt(spec, wanted), lt(all_specs, add(wanted, w.surge)))
        c.act(
            f"{name}: scale up revision {new}",
            component,
            and_(here, up),
            globals={f"{name}.spec{new}": add(spec, min_(sub(wanted, spec), sub(add(wanted, w.surge), all_specs)))},
        )
        _scale_down_old(c, w, new, specs, available, and_(here, not_(up), le(spec, wanted)))
        c.act(
            f"{name}: scale revision {new} down to replicas",
            component,
            and_(here, gt(spec, wanted)),
            globals={f"{name}.spec{new}": wanted},
        )
        replicaset(c, w, new, spec)
    distance = [
        ite(eq(glob(f"{name}.revision"), r), add(_distance(wanted, specs[r]), *(specs[o] for o in specs if o != r)), 0)
        for r in specs
    ]
    c.measures.append(Measure(component, (total(distance),)))


def _distance(left: Expr, right: Expr) -> Expr:
    return max_(sub(left, right), sub(right, left))


def _scale_down_old(
    c: Cluster, w: Workload, new: int, specs: dict[int, Expr], available: dict[int, Expr], sync: Expr
) -> None:
    name, component = w.name, f"deployment/{w.name}"
    floor = sub(c.replicas(name), w.unavailable)
    room = total([*specs.values(), scale(-1, floor), scale(-1, specs[new]), available[new]])
    olds = [r for r in specs if r != new]
    serving = total([available[new], *(ite(gt(specs[o], 0), available[o], 0) for o in olds)])
    fits = [or_(le(specs[o], 0), le(available[o], specs[o])) for o in olds]
    base = and_(sync, gt(room, 0), *fits)
    for old in olds:
        unhealthy = and_(gt(specs[old], 0), lt(available[old], specs[old]))
        c.act(
            f"{name}: clean up unhealthy revision {old}",
            component,
            and_(base, unhealthy),
            globals={f"{name}.spec{old}": sub(specs[old], min_(room, sub(specs[old], available[old])))},
        )
        c.act(
            f"{name}: scale down revision {old}",
            component,
            and_(base, gt(serving, floor), not_(unhealthy), gt(specs[old], 0)),
            globals={f"{name}.spec{old}": sub(specs[old], min_(specs[old], sub(serving, floor)))},
        )


def replicaset(c: Cluster, w: Workload, revision: int, spec: Expr) -> None:
    """Creates and deletes one pod a step; deletes in upstream's order."""
    name, component = w.name, f"replicaset/{w.name}-{revision}"
    active = c.count(c.active(name, revision))
    leftovers = le(c.count(c.of(name, ("terminating",))), 2)
    for state in c.states(w, "pending"):
        if state.revision == revision:
            create(
                c, f"{name}: create pod of revision {revision}", component, and_(lt(active, spec), leftovers), w, state
            )
    crowd = c.here(lambda p: p.workload == name and p.phase in ("starting", "failing", "ready"))
    for rank, phase in enumerate(ALIVE):
        for state in c.states(w, phase):
            if state.revision == revision:
                key = (lift(-rank), crowd if state.bound else lift(0))
                order = Preference(Family.RANKING, f"deletion order of {name} revision {revision}", key)
                label = f"{name}: delete pod of revision {revision}"
                delete(c, label, component, gt(active, spec), state, preference=order)
    weights = (("pending", 4), ("starting", 3), ("failing", 2), ("ready", 2), ("terminating", 1))
    pods = (scale(weight, c.count(c.of(name, (phase,), revision))) for phase, weight in weights)
    c.measures.append(Measure(component, (total([scale(5, max_(sub(spec, active), 0)), *pods]),)))


def statefulset(c: Cluster, w: Workload) -> None:
    """OrderedReady, one revision: creates in order, never replaces a pod that is still there."""
    name = w.name
    for state in c.states(w, "pending"):
        order = [
            gt(c.count(lambda p, o=o: p.workload == name and p.ordinal == o and p.phase == "ready"), 0)
            for o in range(state.ordinal or 0)
        ]
        mine = c.count(lambda p, o=state.ordinal: p.workload == name and p.ordinal == o)
        guard = and_(le(mine, 0), gt(c.replicas(name), state.ordinal or 0), *order)
        create(c, f"{name}: create {name}-{state.ordinal}", f"statefulset/{name}", guard, w, state)


def autoscalers(c: Cluster) -> None:
    """HPA bounds alone."""
    for hpa in c.design.autoscalers:
        place, now = f"{hpa.workload}.replicas", c.replicas(hpa.workload)
        component = f"hpa/{hpa.workload}"
        c.act(f"hpa: {place} below minimum", component, lt(now, hpa.low), globals={place: lift(hpa.low)})
        c.act(f"hpa: {place} above maximum", component, gt(now, hpa.high), globals={place: lift(hpa.high)})


def gitops(c: Cluster) -> None:
    """Sets replicas back to what the repository says."""
    for name, value in c.design.gitops:
        c.act(f"gitops: sync {name}", "gitops", ne(c.replicas(name), value), globals={f"{name}.replicas": lift(value)})


def namespaces(c: Cluster) -> None:
    """A terminating namespace deletes its content and goes when nothing is left (0 active, 1 terminating, 2 gone)."""
    for namespace in c.design.namespaces:
        phase, component = glob(f"namespace.{namespace}"), "namespace"
        going, left = eq(phase, 1), []
        for w in c.design.workloads:
            if w.namespace != namespace:
                continue
            exists = glob(f"{w.name}.exists")
            c.act(f"delete {w.name}", component, and_(going, gt(exists, 0)), globals={f"{w.name}.exists": lift(0)})
            for state in c.pods:
                if state.workload == w.name and state.phase in ALIVE:
                    delete(c, f"delete pod of {w.name}", component, going, state)
            left += [exists, c.everything(w.name)]
        for resource in c.design.resources:
            if resource.namespace == namespace:
                here = glob(f"resource.{resource.name}")
                updates = {f"resource.{resource.name}": lift(1)}
                c.act(f"delete {resource.name}", component, and_(going, eq(here, 0)), globals=updates)
                left.append(ite(lt(here, 2), 1, 0))
        gone = and_(going, le(total(left), 0))
        c.act(f"namespace {namespace} gone", component, gone, globals={f"namespace.{namespace}": lift(2)})
    for resource in c.design.resources:
        here = glob(f"resource.{resource.name}")
        runs = and_(eq(here, 1), gt(c.ready(resource.operator), 0))
        updates = {f"resource.{resource.name}": lift(2)}
        c.act(f"finalize {resource.name}", f"operator/{resource.operator}", runs, globals=updates)
