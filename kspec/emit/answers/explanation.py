"""One scheduling decision as text: a line a node, and what a change would make different."""

from __future__ import annotations

from collections.abc import Iterable

from kspec.scheduler.explain import Change, Explanation, NodeOpinion


def explanation_text(explanation: Explanation) -> str:
    """The decision; per node the verdict, or the total and the score of every plugin (raw -> weighted)."""
    attempt = explanation.attempt
    head = f"{attempt.pod} -> {attempt.chosen}" if attempt.chosen else f"{attempt.pod} waits: {attempt.message}"
    width = max((len(o.node) for o in explanation.nodes), default=0)
    lines = [f"  {o.node:<{width}}  {_opinion(o)}" for o in explanation.nodes]
    weights = ", ".join(f"{p} x{w}" for p, w in sorted(explanation.weights.items()))
    return "\n".join([head, *lines, *([f"  weights: {weights}"] if weights else [])]) + "\n"


def changes_text(changes: Iterable[Change]) -> str:
    """What is different, the decision first."""
    lines = [f"  {c.node or 'decision'}  {c.what}: {c.before} -> {c.after}" for c in changes]
    return "\n".join(lines or ["  nothing would be different"]) + "\n"


def _opinion(opinion: NodeOpinion) -> str:
    if opinion.refusals:
        return "no: " + "; ".join(f"{s.message} ({s.plugin})" for s in opinion.refusals)
    if not opinion.examined:
        return "not examined: enough others were found"
    scores = ", ".join(f"{p} {s.raw} -> {s.weighted}" for p, s in sorted(opinion.scores.items()))
    return f"yes{f', {opinion.total}' if opinion.total is not None else ''}{f' ({scores})' if scores else ''}"
