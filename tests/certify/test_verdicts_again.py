"""Answers of `kspec verify` are checked again from their JSON and the design alone, and a forged one does not pass."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from kspec.certify import Outcome, certify, worst
from kspec.check.design import verify_design
from kspec.check.options import Engine, Options
from kspec.check.verdict import document
from kspec.elaborate.design import Design
from kspec.elaborate.load import load
from tests.running import DESIGNS

PAIRS = Path(__file__).parents[1] / "designs" / "pairs"


def read(path: Path) -> Design:
    design = load([str(path)]).design
    assert design is not None
    return design


def answered(design: Design, engine: Engine = Engine.PORTFOLIO) -> dict[str, Any]:
    return document(list(verify_design(design, Options(engine=engine)).verdicts))


@pytest.mark.parametrize(
    "path",
    [
        DESIGNS / "faults" / "B01" / "faulty.kspec",
        DESIGNS / "faults" / "B31" / "faulty.kspec",
        DESIGNS / "faults" / "K5" / "fixed.kspec",
        DESIGNS / "operators" / "failover" / "faulty.kspec",
        PAIRS / "autoscaled-drain" / "fixed.kspec",
        PAIRS / "one-a-node" / "fixed.kspec",
    ],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_answers_stand(path: Path) -> None:
    design = read(path)
    assert worst(certify(answered(design), design)) is Outcome.HOLDS


def test_a_proof_without_its_lemmas_or_its_ranking_falls() -> None:
    design = read(DESIGNS / "faults" / "B02" / "fixed.kspec")
    answer = answered(design, Engine.INDUCTION)
    certificate = answer["results"][0]["certificate"]
    assert certificate["lemmas"] and certificate["ranking"]
    assert worst(certify(answer, design)) is Outcome.HOLDS
    fewer, flatter = copy.deepcopy(answer), copy.deepcopy(answer)
    fewer["results"][0]["certificate"]["lemmas"] = []
    flatter["results"][0]["certificate"]["ranking"] = None
    assert worst(certify(fewer, design)) is Outcome.BROKEN
    assert worst(certify(flatter, design)) is Outcome.BROKEN


def test_a_story_with_a_step_less_or_a_step_retold_falls() -> None:
    design = read(DESIGNS / "faults" / "B01" / "faulty.kspec")
    answer = answered(design)
    shorter, retold, calm = copy.deepcopy(answer), copy.deepcopy(answer), copy.deepcopy(answer)
    del shorter["results"][0]["counterexample"]["choices"][2]
    retold["results"][0]["counterexample"]["steps"][0]["summary"] = "nothing happened"
    calm["results"][0]["counterexample"]["shape"] = "oscillation"
    for forged in (shorter, retold, calm):
        assert worst(certify(forged, design)) is Outcome.BROKEN


def test_an_answer_about_another_design_does_not_stand() -> None:
    faulty, fixed = (read(DESIGNS / "faults" / "B02" / f"{side}.kspec") for side in ("faulty", "fixed"))
    assert worst(certify(answered(faulty), fixed)) is Outcome.BROKEN
    assert worst(certify(answered(fixed), faulty)) is Outcome.BROKEN
    assert worst(certify(answered(fixed, Engine.INDUCTION), faulty)) is not Outcome.HOLDS


def test_a_story_at_a_size_outside_the_ranges_falls() -> None:
    design = read(PAIRS / "autoscaled-drain" / "faulty.kspec")
    answer = answered(design)
    assert worst(certify(answer, design)) is Outcome.HOLDS
    for size in (0, 10**9, None):
        forged = copy.deepcopy(answer)
        params = forged["results"][0]["counterexample"]["params"]
        assert params
        params.update(dict.fromkeys(params, size))
        assert worst(certify(forged, design)) is Outcome.BROKEN


def test_what_claims_nothing_is_left_open() -> None:
    design = read(DESIGNS / "faults" / "B02" / "fixed.kspec")
    answer = answered(design)
    answer["results"][0] |= {"verdict": "unknown", "certificate": None}
    assert worst(certify(answer, design)) is Outcome.OPEN
