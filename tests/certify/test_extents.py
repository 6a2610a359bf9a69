"""What an answer says of invariants is re-checked; whatever is changed in it is seen."""

import copy
import json
from typing import Any

import pytest
from smallworlds.statements import stated
from smallworlds.written import apart, node, workload

from kspec.certify import Outcome, certify, worst
from kspec.domain.node import Cluster
from kspec.elaborate.design import Design
from kspec.place import Placement, Problem, build, solve, to_json
from kspec.place.forced import forced
from kspec.place.forced.report import forced_json

WORLD = [
    node("n1", "2", zone="a"),
    node("n2", "2", zone="b"),
    node("n3", "3", zone="b"),
    workload("web", 2, "1", affinity=apart("web")),
    workload("db", 2, "1"),
]
EVERY = 'always count(p in pods(web) where p.zone == "a") <= 1'
SOME = "always forall n in nodes: count(pods(db).on(n)) <= 1"
NONE = 'always sum(used(n, "cpu") for n in nodes) > 4000'
FULL = 'always forall n in nodes: used(n, "cpu") <= 2000 || n.zone == "b"'
SAYS_NOTHING = "always web.ready >= 1 under drain(any node)"
VERDICTS = {"i0": "every", "i1": "some", "i2": "none", "i3": "every", "i4": "unsaid"}


def _answer() -> tuple[dict[str, Any], Design]:
    design = stated(WORLD, Cluster(), EVERY, SOME, NONE, FULL, SAYS_NOTHING)
    problem = build(design.resources, design.cluster)
    assert isinstance(problem, Problem)
    answer = solve(problem, budget=5, repairs=False)
    assert isinstance(answer, Placement)
    document = to_json(answer)
    document["forced"] = [forced_json(one) for one in forced(design, problem, answer, budget=5)]
    return json.loads(json.dumps(document)), design


@pytest.mark.parametrize("one_by_one", [False, True])
def test_answers_hold(one_by_one: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """`one_by_one` proves by cases, as is done where there are too many pods and nodes for one search."""
    if one_by_one:
        monkeypatch.setattr("kspec.place.forced.possible.SMALL", -1)
    document, design = _answer()
    assert {e["property"]: e["verdict"] for e in document["forced"]} == VERDICTS
    kinds = [e["certificate"]["kind"] for e in document["forced"] if e.get("certificate")]
    assert ("cases" in kinds) is one_by_one and ("exhaustive" in kinds) is not one_by_one
    assert worst(certify(document, design)) is Outcome.HOLDS


def test_changed_answers_are_seen() -> None:
    document, design = _answer()
    every, some, none, full, _ = range(5)
    changes: dict[str, Any] = {
        "another verdict": lambda f: f[some].update(verdict="every"),
        "examples the wrong way round": lambda f: f[some].update(holds=f[some]["breaks"], breaks=f[some]["holds"]),
        "no example": lambda f: f[every].update(holds=None),
        "a pod that stands elsewhere": lambda f: f[none]["breaks"]["assignments"][0].update(node="n9"),
        "a pod that is missing": lambda f: f[none]["breaks"]["assignments"].pop(),
        "the proof of another one": lambda f: f[full].update(certificate={"kind": "words"}),
        "too few cases": lambda f: f[full].update(certificate={"kind": "cases", "cases": []}),
        "no such invariant": lambda f: f[every].update(property="i9"),
        "one that is about time": lambda f: f[every].update(property="i4"),
    }
    for name, change in changes.items():
        forged = copy.deepcopy(document)
        change(forged["forced"])
        assert worst(certify(forged, design)) is not Outcome.HOLDS, name


def test_a_proof_by_cases_must_be_of_these_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kspec.place.forced.possible.SMALL", -1)
    document, design = _answer()
    (certificate,) = (e["certificate"] for e in document["forced"] if e["property"] == "i3")
    for case in certificate["cases"]:
        if case["kind"] == "linear":
            case["rows"][-1]["bound"] -= 1
    assert worst(certify(document, design)) is not Outcome.HOLDS
