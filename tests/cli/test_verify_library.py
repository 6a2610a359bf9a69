"""What a design is asked without asking: `kspec check` finds it, `kspec verify` decides it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running import DESIGNS, Ran

Kspec = Callable[..., Ran]
FAULTS = DESIGNS / "faults"


@pytest.mark.parametrize(
    ("fault", "rule", "object"),
    [
        ("B01", "KS9101", "Deployment/shop/web"),
        ("B02", "KS9102", None),
        ("B14", "KS9104", "Deployment/shop/web"),
        ("B25", "KS9117", "Namespace/app"),
        ("B31", "KS9109", None),
    ],
)
def test_check_finds_outages_that_no_property_names(
    kspec: Kspec, tmp_path: Path, fault: str, rule: str, object: str | None
) -> None:
    text = (FAULTS / fault / "faulty.kspec").read_text().split("\ngoal ")[0].split("\ninvariant ")[0]
    design = tmp_path / "design.kspec"
    design.write_text(text)
    found = kspec("check", design, "--select", "KS91", "--format", "json").json["diagnostics"]
    (finding,) = (d for d in found if d["rule"] == rule)
    assert finding["severity"] == "error"
    if object is not None:
        assert finding["span"]["file"] == str(design)


def test_verify_asks_the_library_where_a_design_promises_nothing(kspec: Kspec, tmp_path: Path) -> None:
    design = tmp_path / "design.kspec"
    design.write_text((FAULTS / "B01" / "faulty.kspec").read_text().split("\ngoal ")[0])
    ran = kspec("verify", design, "--format", "json")
    verdicts = {r["property"]: r["verdict"] for r in ran.json["results"]}
    assert ran.code == 1
    assert verdicts["finishes(shop/web)"] == "violated" and verdicts["drains"] == "proved"


def test_verify_asks_the_library_beside_what_is_promised_only_if_told_to(kspec: Kspec) -> None:
    fixed = FAULTS / "B02" / "fixed.kspec"
    alone = kspec("verify", fixed, "--format", "json")
    assert [r["property"] for r in alone.json["results"]] == ["drains"]
    both = kspec("verify", fixed, "--standard", "--property", "respected(shop/web)", "--format", "json")
    assert (both.code, [r["verdict"] for r in both.json["results"]]) == (0, ["proved"])


def test_without_nodes_nothing_is_asked(kspec: Kspec, tmp_path: Path) -> None:
    design = tmp_path / "design.kspec"
    design.write_text('deployment web { container app { image: "web:1" } }\n')
    ran = kspec("verify", design)
    assert ran.code == 0 and "states no property" in ran.out


def test_what_only_questions_remember_is_in_no_simulation(kspec: Kspec) -> None:
    ran = kspec("simulate", FAULTS / "B29" / "fixed.kspec", "--format", "json")
    voices = {step["component"] for step in ran.json["steps"]}
    assert "kube-scheduler" in voices and not any("history" in voice for voice in voices)
