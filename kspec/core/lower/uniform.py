"""Variables that all nodes of a class share become one global each.

A local that no action on a single node writes, and that broadcasts update by what the nodes share, has the same value
on every node of the class (a zone is lost as a whole). Exact; what remains in the blocks may then merge.
"""

from __future__ import annotations

from dataclasses import replace as copy

from kspec.core.build import aggregate, const, gt, ite, linear_parts, max_, min_, scale, total
from kspec.core.expr import Aggregate, Apply, Const, Expr, Fold, Global, Local, Op, Param, walk
from kspec.core.lower.constants import Place
from kspec.core.lower.mapping import Mapper
from kspec.core.rewrite import Replace, rewrite
from kspec.core.system import Action, Broadcast, System, Variable


def uniform(system: System) -> System:
    """The system with shared locals as globals `name@class`."""
    shared = _shared(system)
    if not shared:
        return system
    mapper = Mapper(lambda index: _replacement(system, shared, index), lambda e: _any_of_all(system, e))
    mapped = mapper.system(system)
    return mapped.but(
        globals=(*system.globals, *(_global(system, place) for place in sorted(shared, key=str))),
        actions=tuple(_moved(system, shared, action) for action in mapped.actions),
    )


def _name(system: System, place: Place) -> str:
    index, name = place
    assert index is not None
    return f"{name}@{system.classes[index].name}"


def _shared(system: System) -> set[Place]:
    """Places that broadcasts write, nothing else does, and whose new values are shared too."""
    spread: list[tuple[int, str, Expr]] = []
    for action in system.actions:
        for index, updates in (action.broadcast.locals if action.broadcast is not None else {}).items():
            spread += [(index, name, value) for name, value in updates.items()]
    alone = {(action.node_class, name) for action in system.actions for name in action.locals}
    found: set[Place] = {place for index, name, _ in spread if (place := (index, name)) not in alone}
    grown = True
    while grown:
        lost = {
            (index, name)
            for index, name, value in spread
            if (index, name) in found
            and any(isinstance(e, Local) and (index, e.name) not in found for e in walk(value))
        }
        grown = bool(lost)
        found -= lost
    return found


def _replacement(system: System, shared: set[Place], index: int | None) -> Replace:
    def replace(expr: Expr) -> Expr | None:
        match expr:
            case Local() if (index, expr.name) in shared:
                return Global(_name(system, (index, expr.name)), expr.sort)
            case Aggregate():
                return _by_class(system, shared, expr)
            case _:
                return None

    return replace


def _by_class(system: System, shared: set[Place], expr: Aggregate) -> Expr:
    """The aggregate with each class's globals; classes with equal bodies stay together."""
    bodies: dict[Expr, list[int]] = {}
    for index in sorted(expr.classes):
        bodies.setdefault(rewrite(expr.body, _replacement(system, shared, index)), []).append(index)
    parts = [_pulled_out(expr.fold, classes, body) for body, classes in bodies.items()]
    match expr.fold:
        case Fold.SUM:
            return total(parts)
        case Fold.MIN:
            return min_(*parts) if parts else expr
        case Fold.MAX:
            return max_(*parts) if parts else expr


def _pulled_out(fold: Fold, classes: list[int], body: Expr) -> Expr:
    """The fold with conditions that no node decides outside of it: what is left inside is a plain sum again."""
    if fold is not Fold.SUM:
        match body:
            case Apply(op=Op.ITE, args=(condition, yes, no)) if not _looks_at_nodes(condition):
                return ite(condition, _pulled_out(fold, classes, yes), _pulled_out(fold, classes, no))
        return aggregate(fold, classes, body)
    coefficients, constant = linear_parts((body,))
    inside: list[Expr] = [const(constant)]
    outside: list[Expr] = []
    for atom, factor in coefficients.items():
        match atom:
            case Apply(op=Op.ITE, args=(condition, yes, no)) if not _looks_at_nodes(condition):
                ends = [_pulled_out(fold, classes, scale(factor, end)) for end in (yes, no)]
                outside.append(ite(condition, ends[0], ends[1]))
            case _:
                inside.append(scale(factor, atom))
    return total([*outside, aggregate(fold, classes, total(inside))])


def _looks_at_nodes(expr: Expr) -> bool:
    return any(isinstance(e, Local) for e in walk(expr))


def _any_of_all(system: System, expr: Expr) -> Expr:
    """Some node of a class has what all its nodes share: it is there, as classes are never empty."""
    match expr:
        case Apply(op=Op.LT, args=(Const(value=0), Aggregate(fold=Fold.SUM, classes=classes, body=body))):
            sizes = [system.classes[i].size for i in classes]
            if not _looks_at_nodes(body) and all(_positive(system, size) for size in sizes):
                return gt(body, 0)
    return expr


def _positive(system: System, size: Expr) -> bool:
    match size:
        case Const(value=value):
            return value > 0
        case Param(name=name):
            return any(p.name == name and p.low > 0 for p in system.params)
    return False


def _global(system: System, place: Place) -> Variable:
    index, name = place
    assert index is not None
    variable = next(v for v in system.locals if v.name == name)
    node_class = system.classes[index]
    init, shared = variable.init_in(index), (node_class.origin or node_class.name, name)
    return copy(variable, name=_name(system, place), init=init, inits=(), shared=shared)


def _moved(system: System, shared: set[Place], action: Action) -> Action:
    """Broadcasts of shared places are updates of globals."""
    if action.broadcast is None:
        return action
    globals = dict(action.globals)
    kept: dict[int, dict[str, Expr]] = {}
    for index, updates in action.broadcast.locals.items():
        for name, value in updates.items():
            if (index, name) in shared:
                globals[_name(system, (index, name))] = value
            else:
                kept.setdefault(index, {})[name] = value
    broadcast = Broadcast(kept, action.broadcast.sweeps) if kept else None
    return copy(action, globals=globals, broadcast=broadcast)
