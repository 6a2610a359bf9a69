"""Which system answers which question: for each property the part of the design that matters to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kspec.core.system import Start, System
from kspec.domain.objects import ObjectRef
from kspec.elaborate.behaviour.assemble import ask, assemble
from kspec.elaborate.behaviour.background import Background, background
from kspec.elaborate.behaviour.cone import Cone, dependencies
from kspec.elaborate.behaviour.disturbances import Disturbance, amounts, causes, named_nodes, read_disturbances, sizes
from kspec.elaborate.behaviour.formulas import Asked, meaning, shape
from kspec.elaborate.behaviour.inside import Home
from kspec.elaborate.behaviour.library import Library, library_for
from kspec.elaborate.behaviour.mistakes import Mistake
from kspec.elaborate.behaviour.names import DesignNamer
from kspec.elaborate.behaviour.openings import NOTHING_OPEN, Openings
from kspec.elaborate.behaviour.reads import nodes_in, uses
from kspec.elaborate.behaviour.relevance import Groups, groups_of
from kspec.elaborate.behaviour.scope import Scope
from kspec.elaborate.behaviour.world import Focus, World, every_node
from kspec.elaborate.design import Design
from kspec.source.diagnostic import Diagnostics
from kspec.syntax import nodes as n


@dataclass(frozen=True, slots=True)
class Part:
    """A system to be asked, the workloads it is about (`shop/Deployment/web`), and the names of what it counts."""

    system: System
    workloads: tuple[str, ...]
    namer: DesignNamer


@dataclass(frozen=True, slots=True)
class Question:
    """What a property comes to: it holds if it holds of every part. Without parts mistakes forbid it."""

    asked: n.Property
    parts: tuple[Part, ...]
    diagnostics: Diagnostics

    @property
    def system(self) -> System | None:
        """The system, where there is just one."""
        return self.parts[0].system if len(self.parts) == 1 else None


def question(
    design: Design,
    asked: n.Property,
    *,
    symbolic: bool = False,
    start: Start | None = None,
    placement: Mapping[str, str] | None = None,
    whole: bool = False,
    home: Home | None = None,
    openings: Openings = NOTHING_OPEN,
) -> Question:
    """The systems that a property is about.

    Under disturbances they start settled, with all objects in place; otherwise with an empty cluster of nodes. `start`
    overrides this: from the initial state, disturbances wait until all is settled. With `symbolic` the ranges of the
    design are parameters, else their low ends stand for them. `placement` (`namespace/pod` -> node) says where the pods
    of the workloads are that the property is not about; without it only daemons count as load. With `whole` every
    workload is inside: nothing is left open, and there is just one system. `home` is the component in which the
    property stands. `openings` are numbers of the design in whose place there are parameters.
    """
    found = Diagnostics()
    library = library_for(design)
    found.extend(library.diagnostics)
    try:
        asking = _Asking(
            design, library, asked, shape(asked), read_disturbances(asked.under, design, library), whole, home, openings
        )
        parts = asking.parts(found, symbolic, start, placement)
    except Mistake as error:
        found.add(error.diagnostic)
        parts = ()
    return Question(asked, () if found.has_errors else parts, found)


@dataclass(frozen=True, slots=True)
class _Asking:
    design: Design
    library: Library
    asked: n.Property
    form: Asked
    disturbances: tuple[Disturbance, ...]
    whole: bool
    home: Home | None
    openings: Openings

    def parts(
        self, found: Diagnostics, symbolic: bool, start: Start | None, placement: Mapping[str, str] | None
    ) -> tuple[Part, ...]:
        known = dependencies(self.library)
        cone = known.cone(uses([self.asked.formula]), frozenset(d.name for d in self.disturbances))
        subject = None if self.home is None else self.home.subject
        groups = groups_of(self.design, self.library, self.asked.formula, self.disturbances, cone, known, subject)
        if self.whole:
            groups = groups.together()
        chosen = start or (Start.SETTLED if self.disturbances else Start.INITIAL)
        focus = Focus(
            causes=causes(self.disturbances),
            sizes=sizes(self.design, self.disturbances),
            amounts=amounts(self.disturbances),
            nodes=named_nodes(self.disturbances) | self._nodes_named(),
            symbolic=symbolic,
            openings=self.openings,
        )
        return tuple(self._part(groups, group, cone, focus, chosen, placement, found) for group in groups.groups)

    def _nodes_named(self) -> frozenset[str]:
        """Nodes that the property or a component of the design speaks of by name."""
        own = [c for c in self.design.components if c.name.text in self.library.own]
        texts = {node.literal for node in nodes_in([self.asked.formula, *own]) if isinstance(node, n.Text)}
        return frozenset(node.name for node in every_node(self.design) if node.name in texts)

    def _part(
        self,
        groups: Groups,
        group: frozenset[ObjectRef],
        cone: Cone,
        focus: Focus,
        start: Start,
        placement: Mapping[str, str] | None,
        found: Diagnostics,
    ) -> Part:
        left_out = groups.left_out(group)
        outside = {e.resource.ref for e in left_out}
        objects = frozenset(r.ref for r in self.design.resources if r.ref not in outside)
        around = background(left_out, placement)
        world = World(self.design, replace(focus, objects=objects), around)
        inside = tuple(e.workload for e in groups.expansions if e.resource.ref in group)
        name = f"{self.design.name}.{self.asked.name.text}"
        if len(groups.groups) > 1:
            name += f"({', '.join(w.id for w in world.workloads)})"
        assembled = assemble(
            world,
            self.library,
            cone,
            self.disturbances,
            found,
            name=name,
            start=start,
            quietly=start is Start.INITIAL,
        )
        scope = Scope() if self.home is None else self.home.scope(assembled.instances)
        system = ask(assembled, [meaning(assembled.evaluator, self.asked, self.form, scope)])
        remarks = (*system.remarks, *_remarks(around), *world.claims.remarks)
        return Part(system.but(remarks=remarks), inside, DesignNamer(world))


def _remarks(around: Background) -> tuple[str, ...]:
    """What was assumed about the workloads left out."""
    movable = [e.workload for e in around.others if not e.everywhere]
    if not movable:
        return ()
    if around.on_node:
        return (f"other workloads stay where the placement has them: {', '.join(movable)}",)
    return (f"other workloads leave room: {', '.join(movable)}",)
