"""Answers of `kspec place` are re-checked; whatever is changed in them is seen."""

import copy
import json
from collections import Counter
from typing import Any

import pytest
from smallworlds.clusters import random_case
from smallworlds.written import apart, node, workload

from kspec.certify import Outcome, Unusable, certify, worst
from kspec.domain.node import Cluster
from kspec.domain.objects import Resource
from kspec.elaborate.design import Design
from kspec.place import Problem, build, solve, to_json

POOL = {"name": "general", "count": {"low": 1, "high": 4}, "machine": {"cpu": "2", "memory": "8Gi"}, "zone": "b"}
FITS = [node("n1"), node("n2"), workload("web", 2, affinity=apart("web"))]
CROWDED = [node("n1", "2"), workload("web", 3)]


def _answer(*resources: Resource, cluster: Cluster | None = None) -> tuple[dict[str, Any], Design]:
    design = Design("test", "1.36", cluster or Cluster(), resources, resources)
    problem = build(design.resources, design.cluster)
    assert isinstance(problem, Problem)
    document: dict[str, Any] = json.loads(json.dumps(to_json(solve(problem, repairs=False))))
    return document, design


def test_answers_hold() -> None:
    ranged = Cluster.model_validate({"pools": [POOL]})
    for document, design in (_answer(*FITS), _answer(*CROWDED), _answer(workload("web", 3), cluster=ranged)):
        assert worst(certify(document, design)) is Outcome.HOLDS


def test_a_changed_placement_is_seen() -> None:
    document, design = _answer(*FITS)
    for change in ("node", "missing", "stranger"):
        forged = copy.deepcopy(document)
        match change:
            case "node":
                forged["assignments"][0]["node"] = forged["assignments"][1]["node"]
            case "missing":
                forged["assignments"].pop()
            case "stranger":
                forged["assignments"].append({"pod": "x/y", "workload": "x/Pod/y", "node": "n1"})
        assert worst(certify(forged, design)) is Outcome.BROKEN, change


@pytest.mark.parametrize("field", ["multiplier", "bound", "terms"])
def test_a_changed_proof_is_seen(field: str) -> None:
    document, design = _answer(*CROWDED)
    row = document["certificate"]["rows"][0]
    row[field] = [] if field == "terms" else row[field] * 2
    assert worst(certify(document, design)) is not Outcome.HOLDS


def test_a_proof_for_another_design_is_seen() -> None:
    document, _ = _answer(*CROWDED)
    _, other = _answer(*FITS)
    assert worst(certify(document, other)) is not Outcome.HOLDS


def test_what_is_no_answer_is_refused() -> None:
    _, design = _answer(*FITS)
    for document in (
        None,
        [],
        {"schema": "kspec/unheard/v1"},
        {"schema": "kspec/place/v1", "verdict": "infeasible"},
        {"schema": "kspec/place/v1", "verdict": "placed", "assignments": [{"pod": "a"}]},
    ):
        with pytest.raises(Unusable):
            certify(document, design)


def test_proofs_of_random_conflicts_follow_from_the_design_and_from_no_design_that_fits() -> None:
    """A statement that a proof needs is false of a cluster in which everything fits: it must not be believed there."""
    outcomes: Counter[Outcome] = Counter()
    fitting = []
    for seed in range(2000, 2030):
        resources, cluster = random_case(seed, nodes=4, pods=6, volumes=False)
        document, design = _answer(*resources, cluster=cluster)
        fitting += [design] if document["verdict"] == "placed" else []
    for seed in range(2000, 2120):
        resources, cluster = random_case(seed, nodes=4, pods=6, volumes=False)
        document, design = _answer(*resources, cluster=cluster)
        if document["verdict"] == "infeasible" and document["certificate"]["kind"] == "linear":
            outcomes[worst(certify(document, design))] += 1
            assert all(worst(certify(document, other)) is not Outcome.HOLDS for other in fitting[:6]), seed
    assert outcomes[Outcome.BROKEN] == 0
    assert outcomes[Outcome.HOLDS] > 2 * outcomes[Outcome.OPEN]
