"""The system a simulation runs: every component, every object, from an empty cluster to a settled one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kspec.core.expr import BOOL, INT, Const, Expr
from kspec.core.system import Start, System
from kspec.elaborate.behaviour import operators
from kspec.elaborate.behaviour.assemble import assemble
from kspec.elaborate.behaviour.background import Background
from kspec.elaborate.behaviour.cone import dependencies
from kspec.elaborate.behaviour.disturbances import amounts, causes, named_nodes, read_disturbances, sizes
from kspec.elaborate.behaviour.evaluator import Evaluator
from kspec.elaborate.behaviour.library import library_for
from kspec.elaborate.behaviour.mistakes import TYPE, Mistake, mistake
from kspec.elaborate.behaviour.names import DesignNamer
from kspec.elaborate.behaviour.scope import Scope
from kspec.elaborate.behaviour.values import as_expr, is_truth
from kspec.elaborate.behaviour.world import Focus, World
from kspec.elaborate.design import Design
from kspec.source.diagnostic import Diagnostics
from kspec.syntax import nodes as n


@dataclass(frozen=True, slots=True)
class Simulation:
    """A system to execute and the names of what it counts; without a system where mistakes forbid it."""

    system: System | None
    namer: DesignNamer | None
    diagnostics: Diagnostics
    _evaluator: Evaluator | None = None

    def formula(self, node: n.Expr) -> Expr | None:
        """What an expression about the cluster (`web.available >= 2`) means on states; None where it has a mistake."""
        try:
            read = self._read(node)
            if read is not None and read.sort is not BOOL:
                raise mistake(TYPE, "a condition is true or false, and this is a number", node.span, "compare it")
        except Mistake as error:
            self.diagnostics.add(error.diagnostic)
            return None
        return read

    def number(self, node: n.Expr) -> Expr | None:
        """What an expression is on states if it is a number that can change; None for all others."""
        try:
            read = self._read(node)
        except Mistake:
            return None
        return read if read is not None and read.sort is INT and not isinstance(read, Const) else None

    def value(self, node: n.Expr) -> Expr | None:
        """What an expression is on states, a number or a truth; None where it has a mistake."""
        try:
            return self._read(node)
        except Mistake as error:
            self.diagnostics.add(error.diagnostic)
            return None

    def _read(self, node: n.Expr) -> Expr | None:
        if self._evaluator is None:
            return None
        value = self._evaluator.value(node, Scope())
        truth = operators.truth(value, node.span) if is_truth(value) else operators.number(value, node.span)
        return as_expr(truth)


def simulation(design: Design, disturbances: Sequence[n.Disturbance] = ()) -> Simulation:
    """Everything, unmerged. The design's objects are applied in order; disturbances may happen at any time."""
    found = Diagnostics()
    library = library_for(design)
    found.extend(library.diagnostics)
    try:
        switched = read_disturbances(disturbances, design, library)
        cone = dependencies(library).everything(frozenset(d.name for d in switched))
        focus = Focus(
            causes=causes(switched),
            sizes=sizes(design, switched),
            amounts=amounts(switched),
            nodes=named_nodes(switched),
            from_scratch=True,
        )
        world = World(design, focus, Background())
        made = assemble(world, library, cone, switched, found, name=design.name, start=Start.INITIAL, measured=False)
    except Mistake as error:
        found.add(error.diagnostic)
        return Simulation(None, None, found)
    if found.has_errors:
        return Simulation(None, None, found)
    return Simulation(made.system, DesignNamer(world), found, made.evaluator)
