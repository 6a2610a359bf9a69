"""Which system answers which question: for each property the part of the design that matters to it."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.core.system import Start, System
from kspec.elaborate.behaviour.assemble import ask, assemble
from kspec.elaborate.behaviour.cone import dependencies
from kspec.elaborate.behaviour.disturbances import causes, named_nodes, read_disturbances, sizes
from kspec.elaborate.behaviour.formulas import meaning, shape
from kspec.elaborate.behaviour.library import library_for
from kspec.elaborate.behaviour.mistakes import Mistake
from kspec.elaborate.behaviour.reads import uses
from kspec.elaborate.behaviour.world import Focus, World
from kspec.elaborate.design import Design
from kspec.source.diagnostic import Diagnostics
from kspec.syntax import nodes as n


@dataclass(frozen=True, slots=True)
class Question:
    """A system with one property, unless mistakes forbid it; and the mistakes."""

    property: n.Property
    system: System | None
    diagnostics: Diagnostics
    world: World | None = None


def question(design: Design, asked: n.Property, *, symbolic: bool = False, start: Start | None = None) -> Question:
    """The system that a property is about.

    Under disturbances it starts settled, with all objects in place; otherwise with an empty cluster of nodes. `start`
    overrides this: from the initial state, disturbances wait until all is settled. With `symbolic` the ranges of the
    design are parameters, else their low ends stand for them.
    """
    found = Diagnostics()
    library = library_for(design)
    found.extend(library.diagnostics)
    try:
        form = shape(asked)
        disturbances = read_disturbances(asked.under, design, library)
        mentioned = uses([asked.formula])
        cone = dependencies(library).cone(mentioned, frozenset(d.name for d in disturbances))
        focus = Focus(
            causes=causes(disturbances),
            sizes=sizes(design, disturbances),
            nodes=named_nodes(disturbances),
            symbolic=symbolic,
        )
        world = World(design, focus)
        chosen = start or (Start.SETTLED if disturbances else Start.INITIAL)
        name = f"{design.name}.{asked.name.text}"
        quietly = chosen is Start.INITIAL
        assembled = assemble(world, library, cone, disturbances, found, name=name, start=chosen, quietly=quietly)
        system = ask(assembled, [meaning(assembled.evaluator, asked, form)])
    except Mistake as error:
        found.add(error.diagnostic)
        return Question(asked, None, found)
    return Question(asked, None if found.has_errors else system, found, world)
