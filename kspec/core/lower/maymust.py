"""May and must: proofs about any number of nodes that can be told apart, from the sums over each class alone.

Merging is exact where one slot rule decides. With several pod sizes or rules a node, sums do not decide, but they
bound: `guard` becomes a necessary condition on sums (what may happen), `must` a sufficient one (what certainly can).
Safety and termination proved of what may happen hold for what does; a goal follows when controllers can not go on for
ever and, short of the goal, some action certainly can. Holds for every number of nodes.

The sufficient condition is a pigeonhole. A node is full for an action when one of its conditions `f_i <= c_i` fails,
so `f_i / (c_i + 1) >= 1`. With weights `u_v = max_i(coefficient of v in f_i / (c_i + 1))` every full node has
`sum u_v v >= 1`; if the sum over all nodes is less than their number, some node is not full.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import replace as copy
from fractions import Fraction
from math import lcm

from kspec.core.bounds import Bounds
from kspec.core.build import and_, ge, gt, le, lt, scale, sub, total
from kspec.core.expr import FALSE, TRUE, ZERO, Aggregate, Apply, Const, Enabled, Expr, Fold, Local, Op, walk
from kspec.core.linear import Linear, conjuncts, linear
from kspec.core.lower.mapping import Mapper, aggregates_in, asked_expressions, where_strewn
from kspec.core.lower.merge import drop_node_preferences, sum_over_merged, taken_from
from kspec.core.lower.ranges import Ranges
from kspec.core.lower.spread import Spreads
from kspec.core.rewrite import rewrite
from kspec.core.system import Action, ActionKind, Family, System, Variable


def may_must(system: System) -> System | None:
    """The abstraction of every class with more than one block; None where there is none, or where it would say nothing.

    Wants `numbers`, `split` and `constants` done, and only the preferences in force left.
    """
    chosen = frozenset(i for i, c in enumerate(system.classes) if not c.merged and c.fixed_size != 1)
    if not (chosen or where_strewn(system)) or not _speaks_in_sums(system, chosen) or not _asks_soundly(system):
        return None
    system = drop_node_preferences(system, chosen)
    abstraction = _Abstraction(system, chosen)
    actions = [abstraction.action(number) for number in range(len(system.actions))]
    if any(action is None for action in actions):
        return None
    names = ", ".join(system.classes[i].name for i in sorted(chosen))
    mapped = abstraction.mapper.system(system.but(actions=()))
    return mapped.but(
        actions=tuple(action for action in actions if action is not None),
        classes=tuple(copy(c, merged=True) if i in chosen else c for i, c in enumerate(system.classes)),
        locals=tuple(abstraction.variable(v) for v in system.locals),
        remarks=(*system.remarks, f"nodes of {names} known by their sums only: what may happen, what certainly can"),
        exact=False,
    )


def _speaks_in_sums(system: System, chosen: frozenset[int]) -> bool:
    """Properties, measures and updates read the classes only through linear sums, and nothing is broadcast to them."""
    roots = [*asked_expressions(system)]
    for action in system.actions:
        roots += [*action.globals.values(), *action.locals.values()]
        if action.broadcast is not None:
            if chosen & action.broadcast.locals.keys():
                return False
            roots += [value for updates in action.broadcast.locals.values() for value in updates.values()]
    if not all(_is_sum(found) for found in aggregates_in(roots) if found.classes & chosen):
        return False
    return all(isinstance(v.init_in(index), Const) for v in system.locals for index in chosen)


def _is_sum(found: Aggregate) -> bool:
    form = linear(found.body)
    return found.fold is Fold.SUM and form is not None and all(isinstance(place, Local) for place in form.terms)


def _asks_soundly(system: System) -> bool:
    """`Enabled` is wanted only where an under-approximation is sound: not to let the environment act, nor to excuse."""
    guards = [a.guard for a in system.actions if a.kind is ActionKind.ENVIRONMENT]
    formulas = [asked.formula for asked in system.properties]
    premises = [asked.premise for asked in system.properties]
    against = any(_asks(guard, True) for guard in guards) or any(_asks(premise, True) for premise in premises)
    return not against and not any(_asks(formula, False) for formula in formulas)


def _asks(expr: Expr, positively: bool) -> bool:
    """Does `Enabled` occur with this polarity?"""
    match expr:
        case Enabled():
            return positively
        case Apply(op=Op.NOT, args=(inner,)):
            return _asks(inner, not positively)
        case Apply(op=Op.AND | Op.OR, args=args):
            return any(_asks(arg, positively) for arg in args)
        case _:
            return any(isinstance(e, Enabled) for e in walk(expr))


@dataclass(frozen=True, slots=True)
class _Condition:
    """`form <= limit` on one node, the coefficients positive."""

    form: Linear
    limit: int


class _Abstraction:
    def __init__(self, system: System, chosen: frozenset[int]) -> None:
        self._system = system
        self._chosen = chosen
        self._bounds: Bounds = Ranges(system).bounds()
        self._caps: dict[tuple[int, Expr], int | None] = {}
        self._spreads = Spreads(system)
        self._strewn = system.strewn
        self.mapper = Mapper(lambda _: self._replace)

    def _replace(self, expr: Expr) -> Expr | None:
        return sum_over_merged(self._system, expr, self._chosen) if isinstance(expr, Aggregate) else None

    def variable(self, variable: Variable) -> Variable:
        """The sum over a class starts as what all its nodes have together; what is strewn, as the most there is."""
        if variable.strewn is not None:
            return copy(variable, high=None, init=variable.strewn, inits=(), strewn=None)
        inits = [(i, value) for i, value in variable.inits if i not in self._chosen]
        for index in sorted(self._chosen):
            value = variable.init_in(index)
            assert isinstance(value, Const)
            inits.append((index, scale(value.value, self._system.classes[index].size)))
        return copy(variable, high=None, inits=tuple(inits))

    def action(self, number: int) -> Action | None:
        """The action with what may and what must; None where sums could not follow its updates."""
        action = self._system.actions[number]
        outside, may, must = self._guards(action)
        spread = self._spreads.sure(number)
        if spread is not None:
            must = [spread]
        bound = action.node_class in self._chosen
        if bound and (not _steps(action) or any(_mentions_node(value) for value in action.globals.values())):
            return None
        mapped = self.mapper.action(copy(action, guard=TRUE, must=None))
        known = [self.mapper.expr(part, action.node_class) for part in outside]
        return copy(mapped, guard=and_(*known, *may), must=and_(*known, *must))

    def _guards(self, action: Action) -> tuple[list[Expr], list[Expr], list[Expr]]:
        """Conjuncts that stay, that may and that must hold on sums."""
        outside: list[Expr] = []
        sure: list[Expr] = []
        sources: list[Expr] = []
        conditions: list[_Condition] = []
        vague = False
        for part in conjuncts(action.guard):
            if any(found.classes & self._chosen and not _is_sum(found) for found in aggregates_in([part])):
                vague = True
            elif action.node_class not in self._chosen or not _mentions_node(part):
                outside.append(self._supposing(part, most=False))
                sure.append(self._supposing(part, most=True))
            elif (source := taken_from(part)) is not None:
                sources.append(source)
            elif (condition := self._condition(part)) is not None:
                conditions.append(condition)
            else:
                vague = True
        may = [gt(source, 0) for source in sources]
        must = [*may, *sure]
        index = action.node_class
        if index is not None and index in self._chosen:
            may += self._necessary(index, conditions)
            must.append(self._sufficient(index, conditions) if not sources else TRUE)
        if vague or len(sources) > 1 or (sources and conditions):
            must = [FALSE]
        return outside, may, must

    def _supposing(self, part: Expr, *, most: bool) -> Expr:
        """A condition on the only node of a class, if nothing of what is strewn lies there, or all of it does."""
        values = {v.name: v.strewn if most else ZERO for v in self._system.locals if v.strewn is not None}
        return rewrite(part, lambda e: values.get(e.name) if isinstance(e, Local) else None)

    def _condition(self, part: Expr) -> _Condition | None:
        if not isinstance(part, Apply) or part.op not in (Op.LE, Op.LT):
            return None
        form = linear(sub(part.args[0], part.args[1]))
        if form is None or not form.terms:
            return None
        if not all(isinstance(p, Local) and factor > 0 and self._natural(p) for p, factor in form.terms.items()):
            return None
        return _Condition(Linear(form.terms, 0), -form.constant - (1 if part.op is Op.LT else 0))

    def _natural(self, place: Expr) -> bool:
        low, _ = self._bounds.of(place)
        return low is not None and low >= 0

    def _necessary(self, index: int, conditions: Iterable[_Condition]) -> list[Expr]:
        """If one node satisfies `f <= c` and none is above `cap`, the sum is at most `c + cap * (n - 1)`."""
        found = []
        for condition in map(self._without_strewn, conditions):
            if condition.limit < 0:
                return [FALSE]
            cap = self._cap(index, condition.form)
            if cap is not None:
                size = self._system.classes[index].size
                found.append(le(condition.form.expr(), total([scale(cap, size), condition.limit - cap])))
        return found

    def _without_strewn(self, condition: _Condition) -> _Condition:
        """The condition if nothing that is strewn lies on the node: a weaker one."""
        known = {p: f for p, f in condition.form.terms.items() if getattr(p, "name", "") not in self._strewn}
        return _Condition(Linear(known, 0), condition.limit)

    def _sufficient(self, index: int, conditions: list[_Condition]) -> Expr:
        if any(condition.limit < 0 for condition in conditions):
            return FALSE
        size = self._system.classes[index].size
        if not conditions:
            return ge(size, 1)
        weights: dict[Expr, Fraction] = {}
        for condition in conditions:
            for place, factor in condition.form.terms.items():
                weights[place] = max(weights.get(place, Fraction(0)), Fraction(factor, condition.limit + 1))
        multiple = lcm(*(weight.denominator for weight in weights.values()))
        return lt(total(scale(int(w * multiple), place) for place, w in weights.items()), scale(multiple, size))

    def _cap(self, index: int, form: Linear) -> int | None:
        """The most a linear form reaches on any node: every action that raises it is guarded by a limit on it."""
        key = (index, form.expr())
        if key not in self._caps:
            self._caps[key] = self._find_cap(index, form)
        return self._caps[key]

    def _find_cap(self, index: int, form: Linear) -> int | None:
        starts: dict[Expr, Expr] = {Local(v.name, v.sort): v.init_in(index) for v in self._system.locals}
        first = total(scale(factor, starts[place]) for place, factor in form.terms.items())
        cap = first.value if isinstance(first, Const) else None
        for action in self._system.actions:
            if cap is None or action.node_class != index:
                continue
            steps = (sub(v, Local(n, v.sort)) for n, v in action.locals.items() if Local(n, v.sort) in form.terms)
            places = [Local(n, v.sort) for n, v in action.locals.items() if Local(n, v.sort) in form.terms]
            gained = total(scale(form.terms[p], step) for p, step in zip(places, steps, strict=True))
            if not isinstance(gained, Const):
                return None
            if gained.value <= 0:
                continue
            limits = [
                c.limit
                for part in conjuncts(action.guard)
                if (found := self._condition(part)) and (c := self._without_strewn(found)).form.terms == form.terms
            ]
            cap = max(cap, min(limits) + gained.value) if limits else None
        return cap


def _mentions_node(expr: Expr) -> bool:
    return any(isinstance(e, Local) for e in walk(expr, into_aggregates=False))


def _steps(action: Action) -> bool:
    """Every update of the block adds a constant, and only what the guard says is there is taken."""
    if action.preference is not None and action.preference.family is Family.SCORE:
        return False
    taken = {taken_from(part) for part in conjuncts(action.guard)}
    for name, value in action.locals.items():
        place = Local(name, value.sort)
        step = sub(value, place)
        if not isinstance(step, Const) or step.value < -1 or (step.value < 0 and place not in taken):
            return False
    return True
