"""Statements: what the body of an action does to the step in the making."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from kspec.core.build import and_, not_
from kspec.core.expr import TRUE, Expr
from kspec.elaborate.behaviour import operators
from kspec.elaborate.behaviour.evaluator import Evaluator
from kspec.elaborate.behaviour.mistakes import NOT_IN_CORE, TYPE, UNKNOWN_NAME, mistake
from kspec.elaborate.behaviour.scope import NOTHING, Lazy, Scope, StateRef
from kspec.elaborate.behaviour.sets import Domain, NodeRef, NodeSet, Pod
from kspec.elaborate.behaviour.step import Step
from kspec.elaborate.behaviour.store import owner_of
from kspec.elaborate.behaviour.things import Life, Phase, Revision, Workload
from kspec.elaborate.behaviour.types import admits
from kspec.elaborate.behaviour.values import Component, Symbol, Value, as_expr, describe
from kspec.source.text import Span
from kspec.syntax import nodes as n
from kspec.syntax.nodes import Operator

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.narration import Narrator


class Body:
    """Reads statements into one step."""

    def __init__(self, evaluator: Evaluator, step: Step, narrator: Narrator | None) -> None:
        self.evaluator = evaluator
        self.step = step
        self.narrator = narrator

    def run(self, statements: Sequence[n.Statement], scope: Scope) -> None:
        """Read statements in order; a `let` is seen by those after it."""
        for statement in statements:
            match statement:
                case n.Assign():
                    self._assign(statement, scope)
                case n.Create():
                    self._create(statement, scope)
                case n.Destroy():
                    self._destroy(statement, scope)
                case n.Call_():
                    self._call(statement, scope)
                case n.Tell() | n.EventStatement():
                    if self.narrator is not None:
                        self.narrator.hear(statement, scope, self.step)
                case n.IfStatement():
                    self._if(statement, scope)
                case n.ForStatement():
                    self._for(statement, scope)
                case n.Let():
                    scope = scope.child({statement.name.text: Lazy(statement.value, scope)})
                case _:
                    assert_never(statement)

    # ------------------------------------------------------------ writing

    def _assign(self, statement: n.Assign, scope: Scope) -> None:
        target, field, span = self._target(statement.path, scope)
        if isinstance(target, Pod):
            self._move(target, field, statement, scope)
            return
        owner = target.name if isinstance(target, Component) else owner_of(target)
        slot = None if owner is None else self.evaluator.store.slots.get((owner, field))
        if slot is None:
            raise mistake(UNKNOWN_NAME, f"{describe(target)} has no state variable {field}", span)
        if not slot.changes:
            return
        value = self.evaluator.value(statement.value, scope)
        if statement.operator != ":=":
            operator = Operator.ADD if statement.operator == "+=" else Operator.SUB
            now = self.evaluator.store.read_at(target, slot.owner, field, self.evaluator, span)
            value = operators.arithmetic(operator, now, value, statement.span)
        stored = slot.shape.number_of(value, statement.value.span)
        if isinstance(target, NodeRef) and target.level > 0:
            self.step.write_everywhere(slot, target.place.index, stored, statement.span)
            return
        if isinstance(target, NodeRef):
            self.step.bind(target, statement.span)
        self.step.write(slot, stored, statement.span)

    def _target(self, path: n.PathRef, scope: Scope) -> tuple[Value, str, Span]:
        """The object a path leads to, and the name of its variable."""
        *front, last = path.parts
        if not isinstance(last, n.Key) or not all(isinstance(part, n.Key) for part in front):
            raise mistake(TYPE, "a variable is written by its name", path.span)
        if not front:
            found = scope.find(last.text)
            if isinstance(found, StateRef):
                return found.target, last.text, path.span
            raise mistake(UNKNOWN_NAME, f"this component has no state variable {last.text}", path.span)
        first = front[0]
        assert isinstance(first, n.Key)
        value = self.evaluator.value(n.Name(first.text, span=first.span), scope)
        for part in front[1:]:
            assert isinstance(part, n.Key)
            value = self.evaluator.attribute(value, part.text, part.span)
        return value, last.text, path.span

    # ------------------------------------------------------------ pods

    def _move(self, pod: Pod, field: str, statement: n.Assign, scope: Scope) -> None:
        if pod.node is not None and pod.node.level > 0:
            raise mistake(NOT_IN_CORE, "a loop over nodes moves no pods", statement.span)
        value, span = self.evaluator.value(statement.value, scope), statement.value.span
        if statement.operator != ":=":
            raise mistake(TYPE, "a pod's field is set with :=", statement.span)
        coordinate = self.evaluator.store.coordinates.get(field)
        if field not in ("phase", "node") and coordinate is None:
            if self.evaluator.library.declares(field):
                return
            raise mistake(UNKNOWN_NAME, f"a pod has no {field} that can be written", statement.path.span)
        move = self.step.moving(pod, statement.span)
        assert move.target is not None
        if field == "phase":
            move.target = replace(move.target, phase=self._phase(value, span))
        elif field == "node":
            if not isinstance(value, NodeRef):
                raise mistake(TYPE, f"expected a node, found {describe(value)}", span)
            self.step.bind(value, statement.span)
            move.node = value
        else:
            assert coordinate is not None
            text = coordinate.text(value, span)
            coordinates = tuple((k, text if k == field else v) for k, v in move.target.coordinates)
            move.target = replace(move.target, coordinates=coordinates)

    def _phase(self, value: Value, span: Span) -> Phase:
        names = [phase.value for phase in Phase]
        if not isinstance(value, Symbol) or value.text not in names:
            raise mistake(UNKNOWN_NAME, f"{describe(value)} is no phase", span, f"phases are {', '.join(names)}")
        return Phase(value.text)

    def _create(self, statement: n.Create, scope: Scope) -> None:
        if statement.noun.text != "pod":
            raise mistake(TYPE, "only pods are made by an action", statement.noun.span)
        owner, ordinal = self._owner(statement, scope)
        phase = self._phase(self.evaluator.value(statement.phase, scope), statement.phase.span)
        node: NodeRef | None = None
        if statement.at is not None:
            found = self.evaluator.value(statement.at, scope)
            if not isinstance(found, NodeRef):
                raise mistake(TYPE, f"expected a node, found {describe(found)}", statement.at.span)
            self.step.bind(found, statement.at.span)
            node = found
        life = Life(owner, ordinal, phase)
        self.step.create(replace(life, coordinates=self.evaluator.store.starts(life)), node, statement.span)

    def _owner(self, statement: n.Create, scope: Scope) -> tuple[Revision, int | None]:
        owner: Value = None
        ordinal: int | None = None
        for arg in statement.args:
            match arg:
                case n.Named(name=name, value=value) if name.text == "ordinal":
                    found = self.evaluator.value(value, scope)
                    if not isinstance(found, int):
                        raise mistake(TYPE, f"expected a fixed ordinal, found {describe(found)}", arg.span)
                    ordinal = found
                case n.Named() | n.Filtered() | n.Generator() | n.Amount():
                    raise mistake(TYPE, "expected an owner, and an `ordinal:` where it has any", arg.span)
                case _:
                    owner = self.evaluator.value(arg, scope)
        if isinstance(owner, Workload) and len(owner.revisions) == 1:
            owner = owner.revisions[0]
        if not isinstance(owner, Revision):
            raise mistake(TYPE, f"expected the revision of a workload, found {describe(owner)}", statement.span)
        return owner, ordinal

    def _destroy(self, statement: n.Destroy, scope: Scope) -> None:
        parts = statement.path.parts
        if len(parts) != 1 or not isinstance(parts[0], n.Key):
            raise mistake(TYPE, "what is removed is named", statement.span)
        pod = self.evaluator.value(n.Name(parts[0].text, span=parts[0].span), scope)
        if not isinstance(pod, Pod):
            raise mistake(TYPE, f"only a pod can be removed, found {describe(pod)}", statement.span)
        self.step.moving(pod, statement.span).target = None

    # ------------------------------------------------------------ control

    def _if(self, statement: n.IfStatement, scope: Scope) -> None:
        condition = self.evaluator.truth(statement.condition, scope)
        if isinstance(condition, bool):
            self.run(statement.then if condition else statement.orelse, scope)
            return
        around = self.step.branch
        for branch, body in ((as_expr(condition), statement.then), (not_(as_expr(condition)), statement.orelse)):
            self.step.branch = and_(around, branch)
            self.run(body, scope)
        self.step.branch = around

    def _for(self, statement: n.ForStatement, scope: Scope) -> None:
        source = self.evaluator.value(statement.source, scope)
        name = statement.variable.text
        match source:
            case tuple():
                for element in source:
                    self.run(statement.body, scope.child({name: element}))
            case NodeSet() | Domain():
                tests = source.tests if isinstance(source, NodeSet) else ()
                for place in source.places:
                    with self.evaluator.folding() as level:
                        node = NodeRef(place, level)
                        if all(test(node) is True for test in tests):
                            self.evaluator.loop_place = place
                            self.run(statement.body, scope.child({name: node}))
                            self.evaluator.loop_place = None
            case _:
                raise mistake(TYPE, f"expected nodes or a list, found {describe(source)}", statement.source.span)

    def _call(self, statement: n.Call_, scope: Scope) -> None:
        name = statement.procedure.text
        arguments = tuple(self._argument(arg, scope) for arg in statement.args)
        for procedure, home in self.evaluator.library.procedures.get(name, ()):
            if len(procedure.binders) == len(arguments) and all(
                admits(_type_of(binder), argument)
                for binder, argument in zip(procedure.binders, arguments, strict=True)
            ):
                names = {b.name.text: a for b, a in zip(procedure.binders, arguments, strict=True)}
                inner = Scope(names, self.evaluator.scope_of(home))
                if procedure.guard is not None:
                    self.step.guards.append(as_expr(self.evaluator.truth(procedure.guard, inner)))
                self._run_procedure(procedure, home, inner)
                return
        given = ", ".join(describe(a) for a in arguments)
        raise mistake(UNKNOWN_NAME, f"there is no procedure {name}({given})", statement.span)

    def _run_procedure(self, procedure: n.Procedure, home: str, scope: Scope) -> None:
        """The body; what a `@detail` component tells is for whole stories only."""
        attrs = self.evaluator.library.components[home].attrs
        narrator = self.narrator
        if not self.evaluator.whole_story and any(attr.name.text == "detail" for attr in attrs):
            self.narrator = None
        self.run(procedure.body, scope)
        self.narrator = narrator

    def _argument(self, arg: n.Argument, scope: Scope) -> Value:
        match arg:
            case n.Named(value=value):
                return self.evaluator.value(value, scope)
            case n.Filtered() | n.Generator() | n.Amount():
                raise mistake(TYPE, "a procedure takes plain arguments", arg.span)
            case _:
                return self.evaluator.value(arg, scope)


def _type_of(binder: n.Binder) -> str:
    return binder.source.text if isinstance(binder.source, n.Name) else "any"


__all__ = ["NOTHING", "TRUE", "Body", "Expr"]
