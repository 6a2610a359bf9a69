"""The most that counters of one node reach together, and limits on them that hold anyway.

Where all that raises a sum is guarded by a limit on that sum, it never passes the limit by more than one such step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace as copy

from kspec.core.build import and_, linear_parts, scale, sub, total
from kspec.core.expr import TRUE, Apply, Const, Expr, Local, Op
from kspec.core.linear import conjuncts
from kspec.core.system import Action, System

Form = Mapping[Expr, int]
"""A sum over a node's counters: the factor of each."""


def cap(system: System, index: int, form: Form) -> int | None:
    """The most a form reaches on any node of the class: all that raises it is guarded by a limit on it."""
    starts: dict[Expr, Expr] = {Local(v.name, v.sort): v.init_in(index) for v in system.locals}
    first = total(scale(factor, starts[place]) for place, factor in form.items())
    most = first.value if isinstance(first, Const) else None
    for action in system.actions:
        if action.broadcast is not None and index in action.broadcast.locals:
            touched = action.broadcast.locals[index]
            if any(Local(name, value.sort) in form for name, value in touched.items()):
                return None
        if most is None or action.node_class != index:
            continue
        gained = _gain(action, form)
        if gained is None:
            return None
        if gained > 0:
            limits = [limit for part in conjuncts(action.guard) if (limit := _limit(part, form)) is not None]
            most = max(most, min(limits) + gained) if limits else None
    return most


def without_idle_limits(system: System) -> System:
    """The system without limits on counters of a node that caps on them imply: no state is told apart by them.

    What a node starts with and what happens on it may not be unknown.
    """
    if system.strewn:
        return system
    caps: dict[int, list[tuple[Form, int]]] = {}
    for index, node_class in enumerate(system.classes):
        forms = {} if node_class.merged else {frozenset(form.items()): form for form, _ in _limits(system, index)}
        known = ((form, cap(system, index, form)) for form in forms.values())
        caps[index] = [(form, most) for form, most in known if most is not None]
    actions = tuple(_lightened(system, action, caps) for action in system.actions)
    return system.but(actions=actions)


def _lightened(system: System, action: Action, caps: Mapping[int, list[tuple[Form, int]]]) -> Action:
    if action.node_class is None or not caps[action.node_class]:
        return action
    natural = {Local(v.name, v.sort) for v in system.locals if v.low >= 0}
    parts = [
        part
        for part in conjuncts(action.guard)
        if (found := _form(part)) is None
        or not natural.issuperset(found[0])
        or not any(_implies(form, most, *found) for form, most in caps[action.node_class] if form != found[0])
    ]
    return copy(action, guard=and_(*parts))


def _implies(form: Form, most: int, limited: Form, limit: int) -> bool:
    """`form <= most` gives `limited <= limit` for natural counters: some multiple of the one covers the other."""
    if not all(place in form for place in limited) or most < 0:
        return False
    multiple = max(-(-factor // form[place]) for place, factor in limited.items())
    return multiple * most <= limit


def _limits(system: System, index: int) -> Iterator[tuple[Form, int]]:
    for action in system.actions:
        if action.node_class == index:
            yield from (found for part in conjuncts(action.guard) if (found := _form(part)) is not None)


def _form(part: Expr) -> tuple[Form, int] | None:
    """`form <= limit` over the node's counters with positive factors."""
    if part is TRUE or not isinstance(part, Apply) or part.op not in (Op.LE, Op.LT):
        return None
    terms, constant = linear_parts((sub(part.args[0], part.args[1]),))
    if not terms or not all(isinstance(place, Local) and factor > 0 for place, factor in terms.items()):
        return None
    return terms, -constant - (1 if part.op is Op.LT else 0)


def _gain(action: Action, form: Form) -> int | None:
    """By how much an action raises a form on its node."""
    places = {Local(name, value.sort): value for name, value in action.locals.items()}
    gained = total(scale(factor, sub(places[place], place)) for place, factor in form.items() if place in places)
    return gained.value if isinstance(gained, Const) else None


def _limit(part: Expr, form: Form) -> int | None:
    """The limit, if a part of a guard bounds exactly this form by a number."""
    found = _form(part)
    return found[1] if found is not None and found[0] == dict(form) else None
