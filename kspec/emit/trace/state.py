"""What a trace says of its objects at a moment: every field as the last change left it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from kspec.emit.trace.render import named, show
from kspec.run.trace import ObjectRef, Step, Value
from kspec.source.tree import Json, Object

_NAME = "metadata.name"
"""An object whose name goes is deleted."""

State: TypeAlias = dict[ObjectRef, dict[str, Value]]
"""Per object its fields by path, in the order in which the trace came to speak of them."""


def states(steps: Iterable[Step]) -> Iterator[State]:
    """The state before the first step, then after each step. One and the same object, growing: copy what you keep."""
    state: State = {}
    yield state
    for step in steps:
        fields = state.setdefault(step.object, {})
        for change in step.changes:
            if change.path == _NAME and change.after is None:
                fields.clear()
            elif change.after is None:
                fields.pop(change.path, None)
            else:
                fields[change.path] = change.after
        yield state


def state_at(steps: Sequence[Step], number: int) -> State:
    """The state after the step with this number; before the first step for 0."""
    *_, last = states(step for step in steps if step.n <= number)
    return {ref: fields for ref, fields in last.items() if fields}


def state_text(state: Mapping[ObjectRef, Mapping[str, Value]], title: str) -> str:
    """An object a paragraph, its fields below."""
    lines = [title, "=" * len(title)]
    for ref, fields in sorted(state.items(), key=lambda item: named(item[0])):
        lines += [named(ref), *(f"  {path}: {show(value)}" for path, value in sorted(fields.items()))]
    return "\n".join(lines) + "\n"


def state_json(state: Mapping[ObjectRef, Mapping[str, Value]], number: int) -> Object:
    """The same for programs."""
    objects: list[Json] = [
        {"kind": ref.kind, "namespace": ref.namespace, "name": ref.name, "fields": dict(sorted(fields.items()))}
        for ref, fields in sorted(state.items(), key=lambda item: named(item[0]))
    ]
    return {"schema": "kspec/state/v1", "step": number, "objects": objects}
