"""Answers of `kspec verify`: proofs by lemmas and rankings asked of fresh solvers, proofs by search searched again
without merging nodes, stories replayed from their choices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kspec.certify.checks import Check, Outcome, Unusable
from kspec.check.again import again
from kspec.check.certify import certify as certify_proof
from kspec.check.explicit import search
from kspec.check.reduce import WITH_SCORE, WITHOUT_SCORE, reduce_system
from kspec.check.verdict import Chosen, Shape
from kspec.core.evaluate import Valuation, evaluate
from kspec.core.lower.instantiate import instantiate
from kspec.core.property import PropertyKind
from kspec.core.system import Family, Start, System
from kspec.elaborate.behaviour.inside import Posed, posed_in
from kspec.elaborate.behaviour.question import Part, question
from kspec.elaborate.behaviour.standard import standard_properties
from kspec.elaborate.design import Design
from kspec.run.search import Limits
from kspec.solve.verify.params import never_empty, small_designs
from kspec.source.tree import Json, Object

_LIMITS, _MOST_SIZES = Limits(states=100_000, seconds=60.0), 300
"""What a search for the second time may use, and how many sizes are searched."""

_MOST = 10_000
"""No story is about more of anything, where the design sets no bound."""


def certify(document: Object, design: Design) -> Iterator[Check]:
    """Every verdict of the answer, in its order."""
    results = document.get("results")
    if not isinstance(results, list):
        raise Unusable("the answer has no results")
    posed = {one.property.name.text: one for one in posed_in(design)}
    posed = {prop.name.text: Posed(prop) for prop in standard_properties(design)} | posed
    for result in results:
        if not isinstance(result, dict) or not isinstance(result.get("property"), str):
            raise Unusable("a result names no property")
        name = str(result["property"])
        asked = posed.get(name)
        claim = f"{name} is {result.get('verdict')}"
        if asked is None:
            yield Check(claim, Outcome.BROKEN, "the design has no such property")
            continue
        outcome, reason = _verdict(result, design, asked)
        yield Check(claim, outcome, reason)


def _verdict(result: Object, design: Design, asked: Posed) -> tuple[Outcome, str]:
    match result.get("verdict"):
        case "violated":
            return _violated(result.get("counterexample"), design, asked)
        case "proved" if isinstance(result.get("certificate"), dict):
            certificate = result["certificate"]
            assert isinstance(certificate, dict)
            return _proved(certificate, design, asked)
        case "proved":
            return _searched(design, asked, every=result.get("scope") == "all sizes")
        case verdict:
            return Outcome.OPEN, f"{verdict} claims nothing that can be checked again"


# ---------------------------------------------------------------- proofs


def _proved(certificate: Object, design: Design, asked: Posed) -> tuple[Outcome, str]:
    several = certificate.get("questions")
    for parts in _readings(design, asked):
        documents = several if isinstance(several, list) else [certificate]
        if len(documents) != len(parts):
            continue
        faults = [fault for part, given in zip(parts, documents, strict=True) for fault in _faults(part, given)]
        if not faults:
            return Outcome.HOLDS, "the lemmas are inductive and imply it, each step of the ranking falls"
        if not any("another system" in fault for fault in faults):
            return Outcome.BROKEN, "; ".join(faults[:3])
    return Outcome.OPEN, "the certificate is about another system than those of this design"


def _faults(part: Part, certificate: Json) -> list[str]:
    (asked,) = part.system.properties
    if not isinstance(certificate, dict):
        return ["this is not a certificate"]
    return certify_proof(part.system, asked.name, certificate)


def _readings(design: Design, asked: Posed) -> Iterator[Sequence[Part]]:
    """The systems that a verdict may be about: parts of the design, then the whole."""
    for whole in (False, True):
        parts = question(design, asked.property, symbolic=True, whole=whole, home=asked.home).parts
        if parts:
            yield parts


def _searched(design: Design, asked: Posed, every: bool) -> tuple[Outcome, str]:
    """Exhaustive searches leave nothing to check but themselves: once more, on nodes that are not merged.

    With `every`, each size that the design's ranges allow is searched, else the low ends.
    """
    total = 0
    systems = _closed(design, asked, every)
    if systems is None:
        return Outcome.OPEN, "the design's ranges allow more sizes than are searched again"
    for system in systems:
        (prop,) = system.properties
        wanted = WITH_SCORE if _scored(system) else WITHOUT_SCORE
        reduced = reduce_system(system, wanted, merge=False)
        seen = search(reduced.system, [prop], _LIMITS, wanted)
        total += seen.states
        if prop.name in seen.findings:
            return Outcome.BROKEN, "a search that merges no nodes finds a story in which it breaks"
        if prop.kind is PropertyKind.WITNESS and prop.name in seen.reached:
            continue
        if not seen.complete or prop.name in seen.missed:
            return Outcome.OPEN, f"a search that merges no nodes saw {seen.states} states, and not the last"
    if total == 0:
        return Outcome.OPEN, "there is nothing to search"
    return Outcome.HOLDS, f"searched again without merging nodes: {total} states"


def _closed(design: Design, asked: Posed, every: bool) -> list[System] | None:
    """The systems with everything in them that a search needs, and with numbers; None where these are too many."""
    parts = question(design, asked.property, symbolic=every, home=asked.home).parts
    if any(part.system.strewn for part in parts):
        parts = question(design, asked.property, symbolic=every, whole=True, home=asked.home).parts
    found: list[System] = []
    for part in parts:
        if part.system.params and not never_empty(part.system):
            return None
        found += (instantiate(part.system, sizes) for sizes in small_designs(part.system, _MOST_SIZES))
        if len(found) >= _MOST_SIZES:
            return None
    return found


def _scored(system: System) -> bool:
    return any(a.preference is not None and a.preference.family is Family.SCORE for a in system.actions)


# ---------------------------------------------------------------- stories


def _violated(story: Json, design: Design, asked: Posed) -> tuple[Outcome, str]:
    if not isinstance(story, dict):
        return Outcome.BROKEN, "there is no story"
    try:
        shape = Shape(story.get("shape"))
        choices = [_chosen(choice) for choice in _list(story.get("choices"))]
    except ValueError as error:
        return Outcome.BROKEN, f"the story cannot be read: {error}"
    loop = story.get("loopStart")
    if not choices and story.get("steps"):
        return Outcome.OPEN, "the story names no choices"
    reasons = []
    for part in _stages(design, asked):
        numbered = _numbered(part.system, story.get("params"))
        if numbered is None:
            reasons.append("the story has other sizes than the design allows")
            continue
        told = again(numbered, choices, shape, _int(loop), part.namer)
        if told.fault is not None:
            reasons.append(told.fault)
        elif [step.to_json() for step in told.steps] != story.get("steps"):
            reasons.append("replayed, the story is told in other steps")
        else:
            return Outcome.HOLDS, f"replayed: {len(choices)} choices, {len(told.steps)} steps, and it breaks there"
    return Outcome.BROKEN, reasons[0] if reasons else "the design has no such question"


def _stages(design: Design, asked: Posed) -> Iterator[Part]:
    """The systems a story may play on."""
    for parts in _readings(design, asked):
        yield from parts
    yield from question(design, asked.property, symbolic=True, start=Start.INITIAL, home=asked.home).parts


def _numbered(system: System, params: Json) -> System | None:
    """The system with the story's numbers, if the design allows them."""
    given = params if isinstance(params, dict) else {}
    values = {p.name: number for p in system.params if (number := _int(given.get(p.name))) is not None}
    inside = all(p.low <= values.get(p.name, -1) <= (_MOST if p.high is None else p.high) for p in system.params)
    if not inside or not evaluate(system.assumption, Valuation(params=values)):
        return None
    return instantiate(system, values)


def _chosen(choice: Json) -> Chosen:
    match choice:
        case {"action": int(action), "label": str(label), "node": (str() | None) as node}:
            return Chosen(action, label, node)
        case _:
            raise ValueError("a choice lacks action, label or node")


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _int(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
