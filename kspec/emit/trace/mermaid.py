"""A trace as a Mermaid sequence diagram: the components are the actors, and a message says what was caused."""

from __future__ import annotations

from kspec.emit.trace.render import View
from kspec.run.trace import Step, Trace

_ROOM = 45_000
"""Renderers refuse diagrams of more than 50,000 characters."""
_HARMFUL = str.maketrans({";": ",", "#": "", "\n": " ", "<": "‹", ">": "›", "{": "(", "}": ")"})


def mermaid(trace: Trace, title: str, view: View | None = None) -> str:
    """An arrow goes from who made a step possible to who took it; a step without a cause is a note."""
    shown = (view or View()).steps(trace.steps)
    by_number = {step.n: step for step in trace.steps}
    actors: dict[str, str] = {}
    lines, length = [], 0
    for position, step in enumerate(shown):
        cause = by_number.get(step.cause) if step.cause is not None else None
        line = _message(step, cause, actors)
        length += len(line)
        if length > _ROOM:
            rest = len(shown) - position
            lines.append(f"  Note over {_actor(step, actors)}: {rest} more steps, narrow the view to see them")
            break
        lines.append(line)
    head = ["---", f"title: {title.translate(_HARMFUL).replace(':', ',')}", "---", "sequenceDiagram"]
    people = [f"  participant {actor} as {name}" for name, actor in actors.items()]
    return "\n".join([*head, *people, *lines]) + "\n"


def _message(step: Step, cause: Step | None, actors: dict[str, str]) -> str:
    words = f"{step.n}. {step.summary}".translate(_HARMFUL)
    if cause is None:
        return f"  Note over {_actor(step, actors)}: {words}"
    return f"  {_actor(cause, actors)}->>{_actor(step, actors)}: {words}"


def _actor(step: Step, actors: dict[str, str]) -> str:
    return actors.setdefault(step.component, f"c{len(actors) + 1}")
