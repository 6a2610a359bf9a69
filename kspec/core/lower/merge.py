"""Merging: the nodes of a class become one place where nothing tells two of them apart.

A class merges when it is read only through sums and its actions need no more of their node than a pod to take from it,
or one free slot, the same slot rule on exactly the moves that fill one. Then sums over the class determine what is
enabled (pigeonhole), and the merged system is bisimilar. The number of nodes stays in the guards and may be symbolic.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as copy

from kspec.core.build import add, aggregate, and_, gt, le, scale, sub, total
from kspec.core.expr import ZERO, Aggregate, Apply, Const, Expr, Fold, Local, Op, walk
from kspec.core.linear import Linear, conjuncts, linear
from kspec.core.lower.mapping import Mapper, aggregates_in, all_expressions, where_strewn
from kspec.core.system import Action, Family, System, Variable


@dataclass(frozen=True, slots=True)
class SlotRule:
    """At most `capacity` of the counted things on a node."""

    places: tuple[Expr, ...]
    capacity: int


@dataclass(frozen=True, slots=True)
class _Needs:
    """What an action needs: conditions that no node decides, and of its node a pod to take or a free slot."""

    outside: tuple[Expr, ...]
    source: Expr | None
    slot: SlotRule | None


def merge_nodes(system: System) -> System:
    """The system with every class merged that can be; what that over-approximates is added to the remarks.

    Wants `numbers` and `constants` done, and only the preferences in force left.
    """
    plans = {}
    for index, node_class in enumerate(system.classes):
        size = node_class.fixed_size
        if node_class.merged or (size is not None and size < 2):
            continue
        needs = _mergeable(system, index)
        if needs is not None:
            plans[index] = needs
    if not plans:
        return system
    merged = _merge(system, plans)
    names = ", ".join(system.classes[index].name for index in sorted(plans))
    named = merged.but(remarks=(*merged.remarks, f"nodes merged, exactly: {names}"))
    return drop_node_preferences(named, frozenset(plans))


def _mergeable(system: System, index: int) -> dict[int, _Needs] | None:
    """What each action of the class needs, by index; None where nodes of the class can be told apart."""
    for found in aggregates_in(all_expressions(system)):
        if index in found.classes and (found.fold is not Fold.SUM or not _sums_locals(found.body)):
            return None
    if not all(isinstance(v.init_in(index), Const) for v in system.locals) or index in where_strewn(system):
        return None
    needs: dict[int, _Needs] = {}
    for number, action in enumerate(system.actions):
        if action.broadcast is not None and index in action.broadcast.locals:
            return None
        if action.node_class == index:
            found_needs = _needs(action)
            if found_needs is None:
                return None
            needs[number] = found_needs
    return needs if _one_slot_rule(system, index, needs) else None


def _sums_locals(body: Expr) -> bool:
    form = linear(body)
    return form is not None and all(isinstance(place, Local) for place in form.terms)


def _mentions_node(expr: Expr) -> bool:
    return any(isinstance(e, Local) for e in walk(expr, into_aggregates=False))


def _needs(action: Action) -> _Needs | None:
    if action.preference is not None and action.preference.family is Family.SCORE:
        return None
    if any(_mentions_node(value) for value in action.globals.values()):
        return None
    outside: list[Expr] = []
    source: Expr | None = None
    slot: SlotRule | None = None
    for part in conjuncts(action.guard):
        if not _mentions_node(part):
            outside.append(part)
        elif (taken := taken_from(part)) is not None and source is None:
            source = taken
        elif (rule := _slot_rule(part)) is not None and slot is None:
            slot = rule
        else:
            return None
    if source is not None and slot is not None:
        return None
    for name, value in action.locals.items():
        step = sub(value, Local(name, value.sort))
        if not isinstance(step, Const) or step.value < -1 or (step.value < 0 and source is not Local(name, value.sort)):
            return None
    return _Needs(tuple(outside), source, slot)


def taken_from(part: Expr) -> Expr | None:
    """The counter in `0 < counter`."""
    if isinstance(part, Apply) and part.op is Op.LT and part.args[0] is ZERO and isinstance(part.args[1], Local):
        return part.args[1]
    return None


def _slot_rule(part: Expr) -> SlotRule | None:
    """The rule in `k * sum(places) + c <= limit`, as the guard of an action that adds one."""
    if not isinstance(part, Apply) or part.op not in (Op.LE, Op.LT):
        return None
    form = linear(sub(part.args[0], part.args[1]))
    if form is None or not form.terms or not all(isinstance(place, Local) for place in form.terms):
        return None
    factors = set(form.terms.values())
    if len(factors) != 1 or (factor := factors.pop()) <= 0:
        return None
    most = (-form.constant - (1 if part.op is Op.LT else 0)) // factor
    return SlotRule(tuple(sorted(form.terms, key=_name)), most + 1)


def _name(place: Expr) -> str:
    assert isinstance(place, Local)
    return place.name


def _one_slot_rule(system: System, index: int, needs: dict[int, _Needs]) -> bool:
    """There is at most one slot rule, it guards exactly the actions that fill a slot, and it holds at the start."""
    rules = {need.slot for need in needs.values() if need.slot is not None}
    if len(rules) > 1:
        return False
    if not rules:
        return True
    rule = rules.pop()
    for number, need in needs.items():
        gained = _gain(system.actions[number], rule)
        if gained > 1 or (gained > 0) != (need.slot is not None):
            return False
    starts: dict[Expr, Expr] = {Local(v.name, v.sort): v.init_in(index) for v in system.locals}
    filled = total(starts.get(place, ZERO) for place in rule.places)
    return isinstance(filled, Const) and filled.value <= rule.capacity


def _gain(action: Action, rule: SlotRule) -> int:
    steps = total(
        sub(value, Local(n, value.sort)) for n, value in action.locals.items() if Local(n, value.sort) in rule.places
    )
    assert isinstance(steps, Const)
    return steps.value


def _merge(system: System, plans: dict[int, dict[int, _Needs]]) -> System:
    def replace(expr: Expr) -> Expr | None:
        return sum_over_merged(system, expr, frozenset(plans)) if isinstance(expr, Aggregate) else None

    mapper = Mapper(lambda _: replace)
    mapped = mapper.system(system)
    actions = list(mapped.actions)
    for index, needs in plans.items():
        size = system.classes[index].size
        for number, need in needs.items():
            parts = [mapper.expr(part) for part in need.outside]
            if need.source is not None:
                parts.append(gt(need.source, 0))
            if need.slot is not None:
                parts.append(le(add(*need.slot.places, 1), scale(need.slot.capacity, size)))
            actions[number] = copy(actions[number], guard=and_(*parts))
    return mapped.but(
        actions=tuple(actions),
        classes=tuple(copy(c, merged=True) if i in plans else c for i, c in enumerate(system.classes)),
        locals=tuple(_started(system, v, frozenset(plans)) for v in system.locals),
    )


def sum_over_merged(system: System, expr: Aggregate, merged: frozenset[int]) -> Expr:
    """A sum over nodes, where the constant part counts once per node of a merged class."""
    inside = expr.classes & merged
    if not inside:
        return expr
    form = linear(expr.body)
    assert form is not None
    places = Linear(form.terms, 0).expr()
    sizes = [scale(form.constant, system.classes[index].size) for index in sorted(inside)]
    return total([aggregate(Fold.SUM, inside, places), *sizes, aggregate(Fold.SUM, expr.classes - merged, expr.body)])


def _started(system: System, variable: Variable, merged: frozenset[int]) -> Variable:
    """The variable with the sum over the class as its initial value in merged classes."""
    inits = [(index, value) for index, value in variable.inits if index not in merged]
    for index in sorted(merged):
        value = variable.init_in(index)
        assert isinstance(value, Const)
        inits.append((index, scale(value.value, system.classes[index].size)))
    return copy(variable, inits=tuple(inits))


def drop_node_preferences(system: System, merged: frozenset[int]) -> System:
    """Preferences without the parts that look at single nodes of merged classes.

    Dropping such a part, and what comes after it, never forbids a step. It is exact where the parts left are different
    literals for different actions of the group: then the dropped part only chose the node.
    """
    groups: dict[str, list[int]] = {}
    for number, action in enumerate(system.actions):
        if action.preference is not None:
            groups.setdefault(action.preference.group, []).append(number)
    actions = list(system.actions)
    remarks = []
    for group, members in groups.items():
        kept = min(_kept(system.actions[number], merged) for number in members)
        if all(kept >= len(_key(system.actions[number])) for number in members):
            continue
        keys = [_key(system.actions[number])[:kept] for number in members]
        for number, key in zip(members, keys, strict=True):
            preference = system.actions[number].preference
            assert preference is not None
            actions[number] = copy(system.actions[number], preference=copy(preference, key=key))
        if len(set(keys)) < len(keys) or not all(isinstance(part, Const) for key in keys for part in key):
            remarks.append(f"the order of {group} is over-approximated: merged nodes count as equal")
    return system.but(actions=tuple(actions), remarks=(*system.remarks, *remarks), exact=system.exact and not remarks)


def _key(action: Action) -> tuple[Expr, ...]:
    assert action.preference is not None
    return action.preference.key


def _kept(action: Action, merged: frozenset[int]) -> int:
    """How many leading parts of an action's key look at no single node of a merged class."""
    for position, part in enumerate(_key(action)):
        if action.node_class in merged and _mentions_node(part):
            return position
        if any(isinstance(e, Aggregate) and e.fold is not Fold.SUM and e.classes & merged for e in walk(part)):
            return position
    return len(_key(action))
