"""The extent of invariants as JSON: the field `forced` of the contract `kspec/place/v1`."""

from __future__ import annotations

from kspec.place.forced.answer import Example, Forced, How, Never, Unsaid
from kspec.place.report import certificate_json, span_json
from kspec.source.tree import Json, Object


def forced_json(found: Forced | Unsaid) -> Object:
    """An entry: how far an invariant is true, with its two examples, or why it is not about placements."""
    asked = found.property
    entry: Object = {"property": asked.name.text, "title": asked.title or ""}
    match found:
        case Unsaid(diagnostic=diagnostic):
            return {
                **entry,
                "verdict": "unsaid",
                "rule": diagnostic.rule.id,
                "reason": diagnostic.message,
                "help": diagnostic.help,
                "span": span_json(diagnostic.span),
            }
        case Forced():
            return {
                **entry,
                "verdict": found.extent.value,
                "vacuous": found.vacuous,
                "holds": _example(found.holds),
                "breaks": _example(found.breaks),
                "certificate": _proof(found.proof),
                "reason": found.reason,
                "span": span_json(asked.formula.span),
            }


def _example(example: Example | None) -> Json:
    if example is None:
        return None
    assignments: list[Json] = [{"pod": a.pod, "workload": a.workload, "node": a.node} for a in example.assignments]
    optional: list[Json] = list(example.optional)
    return {"assignments": assignments, "optional": optional}


def _proof(proof: Never | None) -> Json:
    """What shows that there is no placement of the other kind."""
    match proof:
        case None:
            return None
        case Never(how=How.WORDS):
            return {"kind": How.WORDS.value}
        case Never(how=How.CASES, certificates=certificates):
            cases: list[Json] = [certificate_json(c) for c in certificates]
            return {"kind": How.CASES.value, "cases": cases}
        case Never(certificates=(certificate,)):
            return certificate_json(certificate)
    raise AssertionError(proof)
