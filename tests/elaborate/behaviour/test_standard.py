"""What every design is asked without asking."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kspec.check.design import verify_design
from kspec.check.options import Options
from kspec.check.verdict import Proved, Violated
from kspec.elaborate.behaviour.standard import standard_properties
from kspec.elaborate.design import Design
from kspec.elaborate.load import load

FAULTS = Path(__file__).parents[3] / "models" / "designs" / "faults"


def fault(id: str, twin: str) -> Design:
    design = load([str(FAULTS / id / f"{twin}.kspec")]).design
    assert design is not None
    return design


def verdicts(design: Design, *names: str) -> dict[str, type]:
    asked = replace(design, properties=standard_properties(design))
    verified = verify_design(asked, Options(), names)
    assert not verified.diagnostics.has_errors
    return {v.property.name: type(v) for v in verified.verdicts}


def test_a_property_of_the_library_is_asked_of_each_object_of_its_kind() -> None:
    names = [p.name.text for p in standard_properties(fault("B02", "faulty"))]
    assert {"drains", "rests", "respected(shop/web)", "heals(shop/web)", "finishes(shop/web)"} <= set(names)
    assert len(names) == len(set(names))
    assert not any(
        name.startswith("respected") for name in (p.name.text for p in standard_properties(fault("B01", "fixed")))
    )


def test_titles_name_the_object() -> None:
    titles = {p.name.text: p.title for p in standard_properties(fault("B02", "faulty"))}
    assert titles["respected(shop/web)"] == "a drain leaves budget shop/web what it asks for"


def test_a_rollout_that_cannot_finish_is_found_without_a_property_of_ones_own() -> None:
    assert verdicts(fault("B01", "faulty"), "finishes(shop/web)")["finishes(shop/web)"] is Violated
    assert verdicts(fault("B01", "fixed"), "finishes(shop/web)")["finishes(shop/web)"] is Proved


def test_a_budget_without_room_is_respected_and_no_drain_finishes() -> None:
    found = verdicts(fault("B02", "faulty"), "drains", "respected(shop/web)")
    assert found["respected(shop/web)"] is Proved
    assert found["drains"] is Violated
    assert verdicts(fault("B02", "fixed"), "drains")["drains"] is Proved


def test_two_controllers_that_undo_each_other_never_rest() -> None:
    assert verdicts(fault("B31", "faulty"), "rests")["rests"] is Violated
    assert verdicts(fault("B31", "fixed"), "rests")["rests"] is Proved
