"""Verdicts as text: a line a property, and the story of each that breaks."""

from __future__ import annotations

from collections.abc import Sequence

from kspec.check.verdict import Condition, Counterexample, Proved, Shape, Unknown, Vacuous, Verdict, Violated
from kspec.emit.trace.render import story

_WAITING, _WIDEST = 4, 160
"""So many of those who wait at the end of a story are named, each on a line of this width."""


def verdicts_text(verdicts: Sequence[Verdict]) -> str:
    """All verdicts, then the stories."""
    if not verdicts:
        return (
            "the design states no property; write `invariant NAME: always ...` or `goal NAME: eventually always ...`\n"
        )
    width = max(len(v.property.name) for v in verdicts)
    lines = [f"{word(v):<9} {v.property.name:<{width}}  {v.scope}, by {v.engine}{_why(v)}" for v in verdicts]
    for verdict in verdicts:
        lines += [f"  {verdict.property.name}: {remark}" for remark in verdict.remarks]
    stories = [tell(v) for v in verdicts if isinstance(v, Violated)]
    return "\n".join(lines) + "\n" + "".join(f"\n{s}" for s in stories)


def word(verdict: Verdict) -> str:
    """The verdict in one word, as the contract has it."""
    match verdict:
        case Proved():
            return "proved"
        case Violated():
            return "violated"
        case Unknown():
            return "unknown"
        case Vacuous():
            return "vacuous"


def tell(verdict: Violated) -> str:
    """The story in which a property breaks, and who waits for what at its end."""
    example = verdict.counterexample
    if example is None:
        return ""
    title = f"How {verdict.property.name} breaks" + (f": {verdict.property.title}" if verdict.property.title else "")
    loop = None
    if example.loop_start is not None:
        loop = next(i for i, s in enumerate(example.steps) if s.n == example.loop_start)
    waits = [_shortened(f"waits: {w.action}, until {' and '.join(w.conditions)}") for w in example.waiting[:_WAITING]]
    mended = [f"it would hold with {repair.description}" for repair in verdict.repairs]
    known = [] if verdict.condition is None else [_exactly(verdict.condition)]
    lines = (*waits, *mended, *known)
    return story(example.steps, title, ending(example), loop) + "".join(f"  {line}\n" for line in lines)


def _exactly(known: Condition) -> str:
    """For which numbers it would hold."""
    given = f"where {known.given}, " if known.given else ""
    return (
        f"{given}it holds exactly if {known.text}: proved for all sizes, "
        f"and it breaks in each of {known.broken} designs outside that were tried"
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def ending(example: Counterexample) -> str:
    """How the story ends."""
    match example.shape:
        case Shape.SAFETY:
            return "the property does not hold here,"
        case Shape.STUCK:
            return "stuck: no controller can do anything more,"
        case Shape.OSCILLATION:
            return f"goes round for ever ({'inevitably' if example.inevitable else 'possibly'}),"


def _why(verdict: Verdict) -> str:
    if isinstance(verdict, Violated) and verdict.counterexample is not None:
        example = verdict.counterexample
        return f" ({example.shape.value}, {len(example.steps)} steps)"
    if isinstance(verdict, Unknown) and verdict.tried:
        return f" (tried {', '.join(verdict.tried)})"
    return ""
