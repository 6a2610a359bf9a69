"""May and must: proofs about any number of nodes that can be told apart, from sums, and about some workloads of many.

Merging is exact where one slot rule decides. With several pod sizes or rules a node, or with workloads left out, what
is known does not decide, but it bounds: `guard` becomes a necessary condition (what may happen), `must` a sufficient
one (what certainly can). Safety and termination proved of what may happen hold for what does; a goal follows when
controllers can not go on for ever and, short of the goal, some action certainly can. Holds for every number of nodes.
"""

from __future__ import annotations

from dataclasses import replace as copy

from kspec.core.build import and_, gt, scale
from kspec.core.expr import FALSE, TRUE, Aggregate, Apply, Const, Enabled, Expr, Op, walk
from kspec.core.linear import conjuncts
from kspec.core.lower.mapping import Mapper
from kspec.core.lower.merge import sum_over_merged, taken_from
from kspec.core.lower.sums.atoms import take_apart
from kspec.core.lower.sums.pigeonhole import Condition, Pigeonhole, condition
from kspec.core.lower.sums.spread import Spreads, least_in
from kspec.core.lower.sums.view import Knowledge, View
from kspec.core.property import Property, PropertyKind
from kspec.core.system import Action, ActionKind, Broadcast, Preference, System, Variable


def many_nodes(system: System) -> frozenset[int]:
    """Classes with more than one block."""
    return frozenset(i for i, c in enumerate(system.classes) if not c.merged and c.fixed_size != 1)


def may_must(system: System, view: View) -> System | None:
    """What a view sees of a system; None where no property can be expressed in what it knows.

    Wants `numbers`, `split` and `constants` done, and only the preferences in force left.
    """
    abstraction = _Abstraction(system, view)
    properties = [known for asked in system.properties if (known := abstraction.property(asked)) is not None]
    if not properties:
        return None
    knowledge = abstraction.knowledge
    actions = [seen for number in range(len(system.actions)) if (seen := abstraction.action(number)) is not None]
    return system.but(
        actions=tuple(actions),
        properties=tuple(properties),
        measures=tuple(
            abstraction.mapper.measure(m)
            for m in system.measures
            if all(knowledge.can_express(term, None) for term in m.terms)
        ),
        classes=tuple(copy(c, merged=True) if i in view.summed else c for i, c in enumerate(system.classes)),
        globals=tuple(v for v in system.globals if (None, v.name) not in knowledge.unknown),
        locals=tuple(abstraction.variable(v) for v in system.locals if abstraction.is_known_somewhere(v)),
        remarks=(*system.remarks, *_remarks(system, view)),
        interchangeable=(),
        exact=False,
    )


def _remarks(system: System, view: View) -> list[str]:
    found = []
    if view.summed:
        names = ", ".join(system.classes[i].name for i in sorted(view.summed))
        found.append(f"nodes of {names} known by their sums only: what may happen, what certainly can")
    if view.workloads is not None:
        others = {v.pod.workload for v in (*system.globals, *system.locals) if v.pod is not None} - view.workloads
        if others:
            found.append(f"pods of {', '.join(sorted(others))} counted only by how many there can be")
    return found


class _Abstraction:
    def __init__(self, system: System, view: View) -> None:
        self._system = system
        self._view = view
        self.knowledge = Knowledge(system, view)
        self._pigeonhole = Pigeonhole(self.knowledge)
        self._spreads = Spreads(system)
        self._kept_keys = self._key_lengths()
        self.mapper = Mapper(lambda _: self._replace)

    def _replace(self, expr: Expr) -> Expr | None:
        return sum_over_merged(self._system, expr, self._view.summed) if isinstance(expr, Aggregate) else None

    def _key_lengths(self) -> dict[str, int]:
        """For each preference group, how many leading parts of its keys are known."""
        lengths: dict[str, int] = {}
        for action in self._system.actions:
            if action.preference is not None:
                known = 0
                for part in action.preference.key:
                    if not self.knowledge.can_express(part, action.node_class):
                        break
                    known += 1
                group = action.preference.group
                lengths[group] = min(lengths.get(group, known), known)
        return lengths

    # ------------------------------------------------------------ declarations

    def is_known_somewhere(self, variable: Variable) -> bool:
        """Some class's blocks still have the variable."""
        unknown = self.knowledge.unknown
        return any((index, variable.name) not in unknown for index in range(len(self._system.classes)))

    def variable(self, variable: Variable) -> Variable:
        """The sum over a class starts as what all its nodes have together."""
        inits = [(i, value) for i, value in variable.inits if i not in self._view.summed]
        for index in sorted(self._view.summed):
            value = variable.init_in(index)
            number = value.value if isinstance(value, Const) else 0
            inits.append((index, scale(number, self._system.classes[index].size)))
        return copy(variable, inits=tuple(inits))

    def property(self, asked: Property) -> Property | None:
        """A property in terms of what is known; an unknown premise is left out of an invariant, which claims more."""
        if not self.knowledge.can_express(asked.formula, None) or _asks(asked.formula, False):
            return None
        premise = asked.premise
        if not self.knowledge.can_express(premise, None) or _asks(premise, True):
            premise = TRUE
        if asked.kind is PropertyKind.WITNESS:
            return None
        return self.mapper.property(copy(asked, premise=premise))

    # ------------------------------------------------------------ actions

    def action(self, number: int) -> Action | None:
        """The action with what may and what must; None where it changes nothing that is known."""
        action = self._system.actions[number]
        kept = self._known_updates(action)
        if not kept.globals and not kept.locals and kept.broadcast is None:
            return None
        outside, may, must = self._guards(number)
        mapped = self.mapper.action(copy(kept, guard=TRUE, must=None))
        known = [self.mapper.expr(part, action.node_class) for part in outside]
        return copy(
            mapped,
            guard=and_(*known, *(self.mapper.expr(part, action.node_class) for part in may)),
            must=and_(*known, *(self.mapper.expr(part, action.node_class) for part in must)),
        )

    def _known_updates(self, action: Action) -> Action:
        unknown, here = self.knowledge.unknown, action.node_class
        broadcast = action.broadcast
        if broadcast is not None:
            updates = {
                index: {name: value for name, value in changes.items() if (index, name) not in unknown}
                for index, changes in broadcast.locals.items()
            }
            left = {index: changes for index, changes in updates.items() if changes}
            broadcast = Broadcast(left, broadcast.sweeps) if left else None
        preference = action.preference
        if preference is not None:
            preference = Preference(
                preference.family, preference.group, preference.key[: self._kept_keys[preference.group]]
            )
        return copy(
            action,
            globals={name: value for name, value in action.globals.items() if (None, name) not in unknown},
            locals={name: value for name, value in action.locals.items() if (here, name) not in unknown},
            broadcast=broadcast,
            preference=preference,
        )

    def _guards(self, number: int) -> tuple[list[Expr], list[Expr], list[Expr]]:
        """Conjuncts that stay as they are, that may and that must hold."""
        action = self._system.actions[number]
        here, knowledge = action.node_class, self.knowledge
        spread = self._spreads.sure(number)
        outside: list[Expr] = []
        may: list[Expr] = []
        must: list[Expr] = []
        sources: list[Expr] = []
        conditions: list[Condition] = []
        for part in conjuncts(action.guard):
            if any(isinstance(e, Enabled) for e in walk(part)):
                if action.kind is ActionKind.ENVIRONMENT and not _asks(part, True):
                    outside.append(part)
                continue
            if knowledge.can_express(part, here):
                outside.append(part)
            elif (source := taken_from(part)) is not None and self._is_known_here(source, here):
                sources.append(source)
            elif spread is not None and least_in(part) is not None:
                must.append(spread)
            else:
                found = self._condition(part, here)
                if found is not None:
                    conditions.append(found)
                    continue
                atom = take_apart(part, here, knowledge)
                if atom is None or atom.here:
                    must.append(FALSE)
                else:
                    may.append(atom.may(knowledge))
                    must.append(atom.must(knowledge))
        taken = [gt(source, 0) for source in sources]
        if here is not None and here in self._view.summed:
            may += self._pigeonhole.necessary(here, conditions)
            alone = not sources or (len(sources) == 1 and not conditions)
            if spread is None or not any(least_in(part) is not None for part in conjuncts(action.guard)):
                must.append(self._pigeonhole.sufficient(here, conditions) if not sources else TRUE)
            elif conditions:
                alone = False
            if not alone:
                must.append(FALSE)
        return outside, [*taken, *may], [*taken, *must]

    def _is_known_here(self, place: Expr, here: int | None) -> bool:
        return here in self._view.summed and (here, getattr(place, "name", "")) not in self.knowledge.unknown

    def _condition(self, part: Expr, here: int | None) -> Condition | None:
        """A condition that a node of a summed class decides alone."""
        if here is None or here not in self._view.summed:
            return None
        atom = take_apart(part, here, self.knowledge)
        if atom is None or not atom.here or atom.known or atom.lost:
            return None
        return condition(atom.here, -atom.constant, self.knowledge, here)


def _asks(expr: Expr, positively: bool) -> bool:
    """Does `Enabled` occur with this polarity? (It is under-approximated.)"""
    match expr:
        case Enabled():
            return positively
        case Apply(op=Op.NOT, args=(inner,)):
            return _asks(inner, not positively)
        case Apply(op=Op.AND | Op.OR, args=args):
            return any(_asks(arg, positively) for arg in args)
        case _:
            return any(isinstance(e, Enabled) for e in walk(expr))
