"""Mistakes in a design's own components and properties, found without deciding anything."""

from __future__ import annotations

from kspec.elaborate.behaviour.inside import posed_in
from kspec.elaborate.behaviour.library import declared_in, library_for
from kspec.elaborate.behaviour.mistakes import UNUSED_STATE
from kspec.elaborate.behaviour.question import question
from kspec.elaborate.behaviour.reads import uses
from kspec.elaborate.behaviour.simulation import simulation
from kspec.elaborate.design import Design
from kspec.source.diagnostic import Diagnostics


def audit(design: Design) -> Diagnostics:
    """Everything that is wrong with how a design describes behaviour; state that nobody reads is a warning."""
    found = Diagnostics()
    for posed in posed_in(design):
        found.extend(question(design, posed.property, home=posed.home).diagnostics)
    if design.components:
        found.extend(simulation(design).diagnostics)
        _unused_state(design, found)
    return found


def _unused_state(design: Design, found: Diagnostics) -> None:
    library = library_for(design)
    texts: list[object] = [component.items for component in library.components.values()]
    texts += [function.body for versions in library.functions.values() for function in versions]
    texts += [asked.formula for asked in design.properties]
    read = uses(texts, told=True).reads
    for component in design.components:
        for variable in declared_in(component.items):
            if variable.name.text not in read:
                found.report(
                    UNUSED_STATE,
                    f"nobody reads {variable.name.text} of {component.name.text}",
                    variable.span,
                    help="remove it, or ask for it in a guard, a property or a line of the trace",
                )
