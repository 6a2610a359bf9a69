"""Stories of verdicts in findings."""

from __future__ import annotations

from typing import assert_never

from kspec.check.verdict import Counterexample, Shape


def how(shape: Shape) -> str:
    """What happens in the end, in a few words."""
    match shape:
        case Shape.SAFETY:
            return "a bad state is reached"
        case Shape.STUCK:
            return "everything is stuck"
        case Shape.OSCILLATION:
            return "it goes round in a loop"
        case _:
            assert_never(shape)


def told(story: Counterexample | None) -> tuple[str, ...]:
    """A line a step."""
    return tuple(f"{step.component}: {step.summary}" for step in story.steps) if story is not None else ()
