"""For exactly which numbers a broken property holds: found from small designs, proved on one side for all sizes.

The numbers of a rollout, of budgets, quotas and pools are left open (`kspec.elaborate.behaviour.openings`), small
designs are searched, and the simplest condition that tells those that hold from those that break is proved to suffice.
Where that fails, or larger designs contradict it, they join the examples.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from kspec.check.background import Background
from kspec.check.options import Clock, Engine, Options
from kspec.check.proving import Proof, prove
from kspec.check.reduce import reduce_system
from kspec.check.separate import Separation, separate
from kspec.check.verdict import Condition, Proved, Vacuous, Violated
from kspec.check.verify import verify
from kspec.core.build import and_, le, linear_parts, not_, param, scale, total
from kspec.core.evaluate import Valuation, evaluate
from kspec.core.expr import TRUE, Apply, Expr, Op, Param, walk
from kspec.core.linear import conjuncts
from kspec.core.lower.instantiate import instantiate
from kspec.core.sexpr import write
from kspec.core.show import show
from kspec.core.system import System
from kspec.elaborate.behaviour.disturbances import read_disturbances, sizes
from kspec.elaborate.behaviour.inside import Posed
from kspec.elaborate.behaviour.library import library_for
from kspec.elaborate.behaviour.openings import opened
from kspec.elaborate.behaviour.question import question
from kspec.elaborate.behaviour.world import is_autoscaled
from kspec.elaborate.design import Design
from kspec.solve.verify.params import small_designs

_FIRST, _MORE, _ROUNDS = 30, 12, 5
"""So many small designs are looked at first, so many to contradict a condition, and so often a condition is sought."""

_MOST_OPEN = 6
"""With more open numbers, nothing is sought: too much would look simple by chance."""

_SEARCH = Options(seconds=0.5, states=2_000, engine=Engine.SEARCH)
"""What one small design may use: it must be seen whole."""


def condition(design: Design, broken: Posed, seconds: float) -> Condition | None:
    """The condition under which the property holds, or None where none was found in time."""
    clock = Clock(seconds)
    resized = sizes(design, read_disturbances(broken.property.under, design, library_for(design)))
    wide, openings, own = opened(design, resized, pools_too=not is_autoscaled(design))
    asked = question(wide, broken.property, symbolic=True, whole=True, home=broken.home, openings=openings)
    if asked.system is None or asked.diagnostics.has_errors:
        return None
    system = _with_what_matters(asked.system, own)
    if not system.params or len(system.params) > _MOST_OPEN or system.strewn:
        return None
    return _Search(system, {p.name: own[p.name] for p in system.params}, clock, _pods_on_a_node(system)).condition()


def _with_what_matters(system: System, own: Mapping[str, int]) -> System:
    """The system with the design's own numbers for all parameters that a proof would never meet."""
    reduced = reduce_system(system).system
    roots: list[Expr] = [c.size for c in reduced.classes]
    roots += [v.init for v in (*reduced.globals, *reduced.locals)]
    for action in reduced.actions:
        roots += [action.guard, *action.globals.values(), *action.locals.values()]
    roots += [formula for asked in reduced.properties for formula in (asked.formula, asked.premise)]
    met = {e.name for e in walk(*roots) if isinstance(e, Param)}
    rest = {p.name: own[p.name] for p in system.params if p.name not in met and p.name in own}
    return instantiate(system, rest)


@dataclass(slots=True)
class _Search:
    """Examples so far, and the hunt for a condition."""

    system: System
    own: Mapping[str, int]
    clock: Clock
    pods_on_a_node: Mapping[str, int]
    """By the parameter for a pool's size, how many pods one of its nodes takes, as far as that is one number."""
    good: list[Mapping[str, int]] = field(default_factory=list)
    bad: list[Mapping[str, int]] = field(default_factory=list)
    seen: set[tuple[int, ...]] = field(default_factory=set)
    given: Expr = TRUE
    """Of which designs the condition is said."""

    def condition(self) -> Condition | None:
        """Guess, try to contradict the guess, prove it; else say it only of designs with room for every pod."""
        self.bad.append(self.own)
        self.seen.add(tuple(self.own.values()))
        self._look(self.system, _FIRST)
        names = [p.name for p in self.system.params]
        weights = frozenset(self.pods_on_a_node.values()) - {1}
        for _ in range(_ROUNDS):
            found = separate(names, self.good, self.bad, weights)
            if found is None or not self.clock.left:
                return None
            formula = found.formula()
            if self._contradicted(formula):
                continue
            proofs = self._proofs(formula)
            if proofs is not None:
                return self._told(found, formula, proofs)
            if not self._presume_room():
                return None
        return None

    def _presume_room(self) -> bool:
        """From now on only designs count whose nodes have room for all pods, surplus ones included."""
        if self.given is not TRUE or len(self.pods_on_a_node) != 1:
            return False
        ((count, each),) = self.pods_on_a_node.items()
        pods = [param(p.name) for p in self.system.params if p.name.rpartition(".")[2] in ("replicas", "maxSurge")]
        self.given = le(total(pods), scale(each, param(count)))
        self.system = self.system.but(assumption=and_(self.system.assumption, self.given))
        self.good = [numbers for numbers in self.good if evaluate(self.given, Valuation(params=dict(numbers)))]
        self.bad = [numbers for numbers in self.bad if evaluate(self.given, Valuation(params=dict(numbers)))]
        return bool(pods)

    def _contradicted(self, formula: Expr) -> bool:
        """Some larger design breaks where the guess says that it holds, or holds where the guess says it breaks."""
        before = len(self.good), len(self.bad)
        self._look(self._where(formula), _MORE)
        if len(self.bad) > before[1]:
            return True
        inside = len(self.good)
        self._look(self._where(not_(formula)), _MORE)
        return len(self.good) > inside

    def _look(self, system: System, most: int) -> None:
        """Search small designs that have not been searched."""
        for numbers in islice(self._unseen(system), most):
            if not self.clock.left:
                return
            (verdict,) = verify(instantiate(self.system, numbers), _SEARCH)
            match verdict:
                case Violated():
                    self.bad.append(numbers)
                case Proved() | Vacuous():
                    self.good.append(numbers)
                case _:
                    return

    def _unseen(self, system: System) -> Iterator[Mapping[str, int]]:
        for numbers in small_designs(system, _FIRST + len(self.seen) + _MORE):
            key = tuple(numbers[p.name] for p in self.system.params)
            if key not in self.seen:
                self.seen.add(key)
                yield numbers

    def _where(self, formula: Expr) -> System:
        return self.system.but(assumption=and_(self.system.assumption, formula))

    def _proofs(self, formula: Expr) -> list[Proof] | None:
        reduced = reduce_system(self._where(formula))
        if reduced.dead:
            return None
        (asked,) = reduced.system.properties
        clock = Clock(self.clock.left)
        return prove(reduced.system, asked, Background(reduced.system, clock), clock).proofs or None

    def _told(self, found: Separation, formula: Expr, proofs: list[Proof]) -> Condition:
        certificates = [proof.certificate.to_json() for proof in proofs]
        return Condition(
            found.text(),
            write(formula),
            "" if self.given is TRUE else show(self.given),
            len(self.good),
            len(self.bad),
            proofs[0].engine,
            certificates[0] if len(certificates) == 1 else {"parts": certificates},
        )


def _pods_on_a_node(system: System) -> dict[str, int]:
    """What the counts of pools are multiplied with where a pod is given a node."""
    sizes = {e.name for c in system.classes for e in walk(c.size) if isinstance(e, Param)}
    found: dict[str, set[int]] = {}
    for action in reduce_system(system).system.actions:
        for part in conjuncts(action.guard):
            if isinstance(part, Apply) and part.op is Op.LE:
                terms, _ = linear_parts((part.args[1],))
                for place, factor in terms.items():
                    if isinstance(place, Param) and place.name in sizes:
                        found.setdefault(place.name, set()).add(factor)
    return {name: factors.pop() for name, factors in found.items() if len(factors) == 1}
