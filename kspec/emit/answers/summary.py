"""What a build came to, in a few lines."""

from __future__ import annotations

from collections import Counter

from kspec.emit.answers.verdicts import word
from kspec.emit.outcome import Outcome
from kspec.place.answer import Infeasible, Placement
from kspec.source.tree import Json, Object


def summary(outcome: Outcome, folder: str) -> str:
    """Placement, promises, trace, what the form of output could not say, and where to look."""
    placement = outcome.placement
    match placement:
        case Placement():
            fits = f"placed {len(placement.assignments)} pods"
        case Infeasible():
            fits = f"infeasible: {placement.summary}"
        case None:
            fits = "no nodes to place on"
        case _:
            fits = "placement undecided"
    counts = Counter(word(v) for v in outcome.verdicts)
    promises = ", ".join(f"{counts[w]} {w}" for w in ("proved", "violated", "unknown", "vacuous") if counts[w])
    steps = len(outcome.trace.steps) if outcome.trace else 0
    lines = [
        f"{outcome.design.name}: {len(outcome.manifests)} manifests",
        f"  placement  {fits}",
        f"  promises   {promises or ('none stated' if outcome.verified else 'not looked at')}",
        f"  trace      {steps} steps{'' if outcome.trace and outcome.trace.settled else ', not settled'}",
        f"  written to {folder}/ (start with {folder}/report.md)",
    ]
    lines[-1:-1] = [f"  {f.rule.id:<10} {f.message}" for f in outcome.package.findings]
    return "\n".join(lines) + "\n"


def summary_json(outcome: Outcome, folder: str) -> Object:
    """The same for programs; the files hold the rest."""
    results: list[Json] = [
        {"property": v.property.name, "verdict": word(v), "scope": v.scope} for v in outcome.verdicts
    ]
    placement = outcome.placement
    verdict = {Placement: "placed", Infeasible: "infeasible"}.get(type(placement), "unknown") if placement else None
    return {
        "schema": "kspec/build/v1",
        "design": outcome.design.name,
        "folder": folder,
        "manifests": [m.file for m in outcome.manifests],
        "files": list(outcome.package.files),
        "unsaid": [{"rule": f.rule.id, "message": f.message} for f in outcome.package.findings],
        "placement": verdict,
        "results": results,
        "steps": len(outcome.trace.steps) if outcome.trace else 0,
    }
