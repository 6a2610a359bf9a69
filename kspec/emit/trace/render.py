"""Traces as text one can read aloud, as Markdown and as the `kspec/trace/v1` contract.

A trace tells a story with actors: who did what to which object, what changed, and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kspec.run.trace import FieldChange, ObjectRef, Step, Trace, Value


@dataclass(frozen=True, slots=True)
class View:
    """Which steps of a trace are shown, and how much of each."""

    only: str | None = None
    """Steps about objects whose name contains this."""
    component: str | None = None
    """Steps of components whose name contains this."""
    changes: bool = True
    only_changes: bool = False
    """Only steps in which a field changed."""

    def steps(self, steps: Iterable[Step]) -> list[Step]:
        """The steps in view, with their numbers as they are in the whole trace."""
        return [s for s in steps if self._shows(s)]

    def _shows(self, step: Step) -> bool:
        about = self.only is None or self.only in step.object.name or self.only in step.summary
        if self.only_changes and not step.changes:
            return False
        return about and (self.component is None or self.component in step.component)


def text(trace: Trace, title: str, view: View | None = None) -> str:
    """A timeline."""
    return _render(
        "trace/trace.txt.j2", trace.steps, title, view or View(), "settled" if trace.settled else "not settled"
    )


def markdown(trace: Trace, title: str, view: View | None = None) -> str:
    """A table, for reports."""
    return _render(
        "trace/trace.md.j2", trace.steps, title, view or View(), "settled" if trace.settled else "not settled"
    )


def story(steps: Sequence[Step], title: str, ending: str, loop_start: int | None = None) -> str:
    """A counterexample as text: where it ends, and where it loops (index of the step at which the loop begins)."""
    return _render("trace/trace.txt.j2", steps, title, View(), ending, loop_start)


def _render(
    name: str, steps: Sequence[Step], title: str, view: View, ending: str, loop_start: int | None = None
) -> str:
    shown = view.steps(steps)
    width = max((len(s.component) for s in shown), default=0)
    loop = steps[loop_start].n if loop_start is not None else None
    from kspec.emit.templating import template  # most answers tell no story

    return template(name).render(
        steps=shown,
        title=title,
        width=width,
        total=len(steps),
        changes=view.changes,
        ending=ending,
        loop_at=loop,
        show=show,
        named=named,
        moved=moved,
        clock=clock,
    )


def clock(seconds: float) -> str:
    """`0.000`, `12.500`, `1:02.000`: simulated time."""
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}:{rest:06.3f}" if minutes else f"{rest:.3f}"


def named(ref: ObjectRef) -> str:
    """`Pod shop/web-1`, `Node general-a-1`."""
    return f"{ref.kind} {ref.namespace}/{ref.name}" if ref.namespace else f"{ref.kind} {ref.name}"


def show(value: Value) -> str:
    """A value as people write it; absent is a dash."""
    if value is None:
        return "-"
    return str(value).lower() if isinstance(value, bool) else str(value)


def moved(change: FieldChange) -> str:
    """`spec.replicas: 3 -> 4`."""
    return f"{change.path}: {show(change.before)} -> {show(change.after)}"
