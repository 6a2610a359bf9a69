"""What would mend a broken property: found by trying, and only what does not break another promise."""

from __future__ import annotations

import pytest

from kspec.check.design import verify_design, with_repairs
from kspec.check.options import Options
from kspec.check.verdict import Repair, Violated, to_json
from kspec.elaborate.behaviour.inside import posed_in
from kspec.elaborate.design import Design
from kspec.elaborate.load import load
from tests.running import DESIGNS


def mended(design: Design) -> tuple[Repair, ...]:
    verdicts = verify_design(design, Options()).verdicts
    first = with_repairs(design, verdicts, posed_in(design), 60)[0]
    assert isinstance(first, Violated)
    assert to_json(first)["repairs"] == [repair.to_json() for repair in first.repairs]
    return first.repairs


@pytest.mark.parametrize(
    ("fault", "descriptions"),
    [
        ("B01", {"maxUnavailable: 1 in deployment/web", "one more node in pool general"}),
        ("B02", {"minAvailable: 1 in poddisruptionbudget/web"}),
        ("B07", {"unhealthyPodEvictionPolicy: AlwaysAllow in poddisruptionbudget/web"}),
        ("B31", set()),
    ],
)
def test_small_changes_are_offered_that_prove_it(fault: str, descriptions: set[str]) -> None:
    design = load([str(DESIGNS / "faults" / fault / "faulty.kspec")]).design
    assert design is not None
    found = mended(design)
    assert {repair.description for repair in found} == descriptions
    assert all(repair.changes for repair in found)


def test_what_breaks_another_promise_is_not_offered() -> None:
    text = (DESIGNS / "faults" / "B02" / "faulty.kspec").read_text()
    stricter = text + "\ninvariant both: always web.available >= 2 under drain(any node)\n"
    design = load(["-"], stdin=stricter).design
    assert design is not None
    assert mended(design) == ()
