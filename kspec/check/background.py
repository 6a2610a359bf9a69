"""How many pods of a workload there can ever be: what others need to know of it to know that there is room."""

from __future__ import annotations

from collections.abc import Mapping

from kspec.check.options import Clock
from kspec.check.sampling import samples_of
from kspec.check.views import pooled
from kspec.core.build import add, glob, le, local, param, sum_nodes, total
from kspec.core.evaluate import Valuation, evaluate
from kspec.core.expr import Expr
from kspec.core.lower.cone import cone
from kspec.core.lower.constants import constants
from kspec.core.lower.flatten import flatten
from kspec.core.lower.settle import settle
from kspec.core.lower.sums.view import View
from kspec.core.property import Property, PropertyKind
from kspec.core.system import System
from kspec.solve.verify.candidates import candidates
from kspec.solve.verify.houdini import houdini

_SLACK = 5
"""So many more pods than seen in small runs are considered."""


class Background:
    """Bounds of workloads of one reduced system, found once."""

    def __init__(self, reduced: System, clock: Clock) -> None:
        self._system = reduced
        self._clock = clock
        self._known: dict[str, Expr | None] = {}

    def __call__(self, workloads: frozenset[str]) -> Mapping[str, Expr]:
        """The bounds of those workloads that have one."""
        found: dict[str, Expr] = {}
        for name in sorted(workloads):
            if name not in self._known:
                self._known[name] = self._find(name) if self._clock.left else None
            bound = self._known[name]
            if bound is not None:
                found[name] = bound
        return found

    def _find(self, workload: str) -> Expr | None:
        """The least bound that is inductive together with the usual lemmas, on totals of this workload alone."""
        pods = _all_pods(self._system, workload)
        asked = Property("bounded", PropertyKind.INVARIANT, le(pods, 0))
        only = settle(self._system.but(properties=(asked,)))
        seen = pooled(only, View(frozenset(range(len(only.classes))), frozenset({workload})))
        flat = None if seen is None else flatten(cone(constants(seen)))
        if flat is None:
            return None
        flat = constants(flat)
        count = _total_of(flat)
        guesses = {le(count, bound): bound for bound in self._guesses(flat, count)}
        lemmas = houdini(flat, [*guesses, *candidates(flat, conditional=False)], (), self._clock.share(0.2))
        kept = set(lemmas.formulas)
        return next((bound for formula, bound in guesses.items() if formula in kept), None)

    def _guesses(self, flat: System, count: Expr) -> list[Expr]:
        """What small runs reach and a few more; and a few more than each parameter."""
        names = [v.name for v in flat.globals]
        most = 0
        for sample in samples_of(flat):
            at = Valuation(dict(zip(names, sample.state, strict=True)), params=dict(self._params(flat, sample.params)))
            most = max(most, evaluate(count, at))
        numbers = [add(most, more) for more in range(_SLACK)]
        return numbers + [add(param(p.name), more) for p in flat.params for more in range(_SLACK)]

    def _params(self, flat: System, values: tuple[int, ...]) -> Mapping[str, int]:
        return dict(zip((p.name for p in flat.params), values, strict=True))


def _all_pods(system: System, workload: str) -> Expr:
    """Pods of a workload in any state."""
    everywhere = range(len(system.classes))
    unbound = (glob(v.name) for v in system.globals if v.pod is not None and v.pod.workload == workload)
    bound = (local(v.name) for v in system.locals if v.pod is not None and v.pod.workload == workload)
    return total([*unbound, sum_nodes(everywhere, total(bound))])


def _total_of(flat: System) -> Expr:
    """The pods of a pooled flat system."""
    return total(glob(v.name) for v in flat.globals if v.pod is not None)
