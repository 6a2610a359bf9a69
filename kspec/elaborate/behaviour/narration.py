"""What an action tells: `tell` and `event` become notes of the core, and every write finds the note it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from kspec.core.expr import TRUE
from kspec.core.note import After, Before, Change, Note, Subject, Template, TheNode, ThePod
from kspec.elaborate.behaviour.mistakes import TYPE, mistake
from kspec.elaborate.behaviour.podfields import pod_changes
from kspec.elaborate.behaviour.scope import Scope
from kspec.elaborate.behaviour.sets import NodeRef, Pod
from kspec.elaborate.behaviour.step import Step
from kspec.elaborate.behaviour.store import NODE
from kspec.elaborate.behaviour.templates import NewPod, template
from kspec.elaborate.behaviour.things import Revision, Thing
from kspec.elaborate.behaviour.values import Component, Value, describe
from kspec.syntax import nodes as n

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator
    from kspec.elaborate.behaviour.instances import Instance


SELF = "self"
"""As a line's speaker: whoever acts."""

_PENDING = Subject("Pod", (), (ThePod(),))
"""The subject of a line about the pod that an action makes, until it is known whose pod it is."""


@dataclass(slots=True)
class _Line:
    """One line in the making; `about` is what it speaks of."""

    note: Note
    about: Value
    event: bool = False
    """A Kubernetes Event: it tells of a change and is none."""
    changes: list[Change] = field(default_factory=list)


def _is_about(owner: str, line: _Line) -> bool:
    if isinstance(line.about, NodeRef):
        return owner == NODE
    return isinstance(line.about, Thing | Revision) and line.about.id == owner


class Narrator:
    """Collects what one reading of an action says."""

    def __init__(self, evaluator: Evaluator, instance: Instance, action: n.Action, scope: Scope) -> None:
        self._evaluator = evaluator
        self._instance = instance
        self._action = action
        self._scope = scope
        self._lines: list[_Line] = []

    def hear(self, statement: n.Tell | n.EventStatement, scope: Scope, step: Step) -> None:
        """One `tell` or `event`, told where the `if` around it holds."""
        inner = scope.child({"pod": NewPod()})
        if isinstance(statement, n.Tell):
            own = statement.component.literal == SELF
            voice = self._voice(inner) if own else self._text(statement.component, inner)
            verb = statement.verb.text
        else:
            voice, verb = self._voice(inner), statement.reason.text
        about: Value = self._instance.subject
        if statement.subject is not None:
            about = self._evaluator.value(statement.subject, inner)
        subject = _PENDING if isinstance(about, NewPod) else self._subject(about, step, statement)
        note = Note(voice, verb, subject, self._text(statement.text, inner), when=step.branch, nodes=self._nodes())
        for line in self._lines:
            if note.nodes and line.about == about and replace(line.note, nodes=note.nodes) == note:
                line.note = replace(line.note, nodes=line.note.nodes | note.nodes)
                return
        self._lines.append(_Line(note, about, isinstance(statement, n.EventStatement)))
        step.told = len(self._lines)

    def _nodes(self) -> frozenset[int]:
        """Inside a loop over nodes a line is told for each of them."""
        place = self._evaluator.loop_place
        return frozenset() if place is None else frozenset({place.index})

    def _voice(self, scope: Scope) -> Template:
        if self._action.role in (n.Role.ENVIRONMENT, n.Role.USER):
            return ("user",)
        for attr in self._instance.component.attrs:
            if attr.name.text == "voice" and attr.args and isinstance(attr.args[0], n.Text):
                return self._text(attr.args[0], scope)
        return (self._instance.component.name.text,)

    def _text(self, text: n.Text, scope: Scope) -> Template:
        return template(self._evaluator, text, scope)

    def _subject(self, about: Value, step: Step, node: n.Node) -> Subject:
        match about:
            case Thing() | Revision():
                return Subject(about.kind, (about.namespace,) if about.namespace else (), (about.name,))
            case Pod(life=life):
                return Subject("Pod", (life.owner.namespace,), (ThePod(),))
            case NewPod() if step.move is not None and step.move.target is not None:
                return Subject("Pod", (step.move.target.owner.namespace,), (ThePod(),))
            case NodeRef():
                return Subject("Node", (), (TheNode(),))
            case Component(name=name):
                return Subject("Component", (), (name,))
            case _:
                raise mistake(TYPE, f"a line is about an object, a pod or a node, not {describe(about)}", node.span)

    # ------------------------------------------------------------ the whole

    def notes(self, step: Step) -> tuple[Note, ...]:
        """The notes of the action, with the fields that changed; an action that tells nothing gets a plain line."""
        subject = self._main_subject(step)
        if not self._told():
            main = _Line(self._plain(subject, step), subject)
            self._lines.insert(0, main)
        for written in step.writes.values():
            if written.slot.path is None:
                continue
            place, labels = written.slot.place, written.slot.shape.labels
            change = Change((written.slot.path,), (Before(place, labels),), (After(place, labels),))
            self._home(partial(_is_about, written.slot.owner), written.told).changes.append(change)
        if step.move is not None:
            line = self._home(lambda line: isinstance(line.about, Pod | NewPod), step.move.told)
            line.changes += pod_changes(step.move)
        return tuple(self._finished(line, step) for line in self._lines)

    def _finished(self, line: _Line, step: Step) -> Note:
        note = line.note
        subject = note.subject if note.subject is not _PENDING else self._subject(line.about, step, self._action)
        if subject is note.subject and not line.changes:
            return note
        return replace(note, subject=subject, changes=tuple(line.changes))

    def _home(self, fits: Callable[[_Line], bool], told: int) -> _Line:
        """The line that a change belongs to: the last one before it that speaks of the object, or else the first."""
        fitting = [(position, line) for position, line in enumerate(self._lines) if not line.event and fits(line)]
        before = [line for position, line in fitting if position < told]
        if before:
            return before[-1]
        return fitting[0][1] if fitting else self._told()[0]

    def _told(self) -> list[_Line]:
        return [line for line in self._lines if not line.event]

    def _main_subject(self, step: Step) -> Value:
        if step.move is not None:
            return NewPod() if step.move.pod is None else step.move.pod
        for written in step.writes.values():
            if written.slot.owner in self._evaluator.by_id:
                return self._evaluator.by_id[written.slot.owner]
        return step.node or self._instance.subject

    def _plain(self, about: Value, step: Step) -> Note:
        words = self._action.name.text.replace("_", " ")
        subject = self._subject(about, step, self._action)
        name: Template = subject.name
        summary = (f"{words} {subject.kind.lower()} ", *name)
        return Note(self._voice(self._scope), self._action.name.text, subject, summary, when=TRUE)
