"""From an action taken to the steps people read: notes with their holes filled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from kspec.core.expr import BOOL, TRUE, Sort
from kspec.core.note import (
    Addresses,
    After,
    Before,
    Change,
    Hole,
    Names,
    Note,
    Template,
    TheNode,
    ThePod,
    ThePodAddress,
)
from kspec.core.system import Action, Variable
from kspec.run.trace import FieldChange, ObjectRef, Value
from kspec.run.world import Choice, Pod, Reads, World

Draft: TypeAlias = tuple[Value | Hole, ...]
"""A template whose `Before` holes are filled."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What one note says: a step without its number, time and cause."""

    component: str
    action: str
    object: ObjectRef
    summary: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class _Drafted:
    note: Note
    node: int | None
    texts: dict[Template, Draft]


class Narration:
    """The story of one choice: made before the world takes it, told after."""

    def __init__(self, world: World, choice: Choice, read: Reads | None = None) -> None:
        self._world = world
        self._read = read or world.value
        self._choice = choice
        self._action = world.system.actions[choice.action]
        self._drafts = [
            _Drafted(note, node, {t: self._draft(t, node) for t in _templates(note)})
            for note in self._action.notes
            for node in self._nodes(note)
            if note.when is TRUE or self._read(note.when, node)
        ]
        self._before = (dict(world.globals), {} if choice.node is None else dict(world.blocks[choice.node]))

    @property
    def speaks(self) -> bool:
        """Will there be any step?"""
        return bool(self._drafts) or not self._action.notes

    def _nodes(self, note: Note) -> list[int | None]:
        """The nodes a note is told for."""
        if not note.nodes:
            return [self._choice.node]
        return [n for n, node in enumerate(self._world.nodes) if node.node_class in note.nodes]

    def _draft(self, template: Template, node: int | None) -> Draft:
        return tuple(self._value(hole, node) if isinstance(hole, Before) else hole for hole in template)

    def _value(self, hole: Before | After, node: int | None) -> Value:
        return _shown(self._read(hole.expr, node), hole.expr.sort, hole.labels)

    def tell(self, pod: Pod | None) -> list[Telling]:
        """The steps, now that the world has moved on; `pod` is the one that moved."""
        if not self._action.notes:
            return [self._plain(pod)]
        return [self._told(draft, pod) for draft in self._drafts]

    def _told(self, draft: _Drafted, pod: Pod | None) -> Telling:
        def text(template: Template) -> str:
            return "".join(_text(part) for part in self._filled(draft, template, pod))

        def value(template: Template | None) -> Value:
            if template is None:
                return None
            parts = self._filled(draft, template, pod)
            return parts[0] if len(parts) == 1 else "".join(_text(part) for part in parts)

        note = draft.note
        changes = tuple(FieldChange(text(c.path), value(c.before), value(c.after)) for c in note.changes)
        subject = ObjectRef(note.subject.kind, text(note.subject.namespace), text(note.subject.name))
        return Telling(text(note.component), note.verb, subject, text(note.summary), changes)

    def _filled(self, draft: _Drafted, template: Template, pod: Pod | None) -> list[Value]:
        return [self._fill(part, draft.node, pod) for part in draft.texts[template]]

    def _fill(self, part: Value | Hole, node: int | None, pod: Pod | None) -> Value:
        match part:
            case str() | int() | None:
                return part
            case After() | Before():
                return self._value(part, node)
            case ThePod():
                return pod.name if pod is not None else ""
            case ThePodAddress():
                return pod.address if pod is not None else ""
            case TheNode():
                return self._world.nodes[node].name if node is not None else ""
            case Names():
                return ", ".join(p.name for p in self._world.pods_in(part.states, node if part.here else None))
            case Addresses():
                end = "" if part.port is None else f":{part.port}"
                found = self._world.pods_in(part.states, node if part.here else None)
                return ", ".join(p.address + end for p in found)
        assert_never(part)

    def _plain(self, pod: Pod | None) -> Telling:
        """The story of an action without notes: its label, and what changed but pod counts."""
        action, world, node = self._action, self._world, self._choice.node
        if pod is not None:
            subject = ObjectRef("Pod", "", pod.name)
        elif node is not None:
            subject = ObjectRef("Node", "", world.nodes[node].name)
        else:
            subject = ObjectRef("System", "", world.system.name)
        before, block = self._before
        changes = list(_changed(world.system.globals, before, world.globals))
        if node is not None:
            changes += _changed(world.system.locals, block, world.blocks[node])
        where = "" if node is None else f" on {world.nodes[node].name}"
        return Telling(action.component, action.label, subject, action.label + where, (*changes, *_moved(action, pod)))


def _changed(variables: Iterable[Variable], before: dict[str, int], after: dict[str, int]) -> Iterable[FieldChange]:
    for v in variables:
        if v.pod is None and before[v.name] != after[v.name]:
            old, new = (
                _shown(values[v.name] - (v.low if v.labels else 0), v.sort, v.labels) for values in (before, after)
            )
            yield FieldChange(v.name, old, new)


def _moved(action: Action, pod: Pod | None) -> tuple[FieldChange, ...]:
    move = action.move
    if move is None or pod is None:
        return ()
    phases = [None if state is None else state.phase for state in (move.source, move.target)]
    return (FieldChange("phase", *phases),)


def _templates(note: Note) -> list[Template]:
    fields: list[Template | None] = [note.component, note.subject.namespace, note.subject.name, note.summary]
    for change in note.changes:
        fields += _parts(change)
    return [field for field in fields if field is not None]


def _parts(change: Change) -> list[Template | None]:
    return [change.path, change.before, change.after]


def _shown(value: int, sort: Sort, labels: tuple[str, ...]) -> Value:
    if labels:
        return labels[value]
    return bool(value) if sort is BOOL else value


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
