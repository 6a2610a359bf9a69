"""What an answer says of the sizes of autoscaled workloads is re-checked."""

import copy
import json
from typing import Any

from smallworlds.sizes import autoscaler
from smallworlds.written import apart, node, workload

from kspec.certify import Outcome, certify, worst
from kspec.domain.node import Cluster
from kspec.elaborate.design import Design
from kspec.place import Problem, build, solve, to_json
from kspec.place.ranges import ranges
from kspec.place.ranges.report import range_json

POOL = {"name": "p", "count": {"low": 1, "high": 4}, "machine": {"cpu": "2", "memory": "8Gi"}}


def _answer(high: int) -> tuple[dict[str, Any], Design]:
    resources = (node("n1", "2"), workload("web", 2, "1", affinity=apart("web")), autoscaler(2, high))
    design = Design("test", "1.36", Cluster.model_validate({"pools": [POOL]}), resources, resources)
    problem = build(design.resources, design.cluster)
    assert isinstance(problem, Problem)
    document = to_json(solve(problem, repairs=False))
    document["ranges"] = [range_json(one) for one in ranges(problem, budget=5)]
    return json.loads(json.dumps(document)), design


def test_answers_hold() -> None:
    for high, verdict in ((4, "enough"), (7, "infeasible")):
        document, design = _answer(high)
        assert [e["whole"]["verdict"] for e in document["ranges"]] == [verdict]
        assert worst(certify(document, design)) is Outcome.HOLDS


def test_changed_answers_are_seen() -> None:
    enough, design = _answer(4)
    infeasible, larger = _answer(7)
    for document, its, change in (
        (enough, design, lambda e: e["whole"].update(nodes=3)),
        (enough, design, lambda e: e["whole"].update(nodes=3, names=e["whole"]["names"][:3])),
        (enough, design, lambda e: e.update(high=5)),
        (enough, design, lambda e: e.update(workload="shop/Deployment/api")),
        (infeasible, larger, lambda e: e["sizes"][0].update(verdict="infeasible")),
        (infeasible, larger, lambda e: e["whole"].update(verdict="enough", nodes=0)),
    ):
        forged = copy.deepcopy(document)
        change(forged["ranges"][0])
        assert worst(certify(forged, its)) is Outcome.BROKEN
