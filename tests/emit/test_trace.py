"""Traces read like minutes: numbers, times, actors, what changed and why."""

from __future__ import annotations

from kspec.emit.trace.itf import itf
from kspec.emit.trace.mermaid import mermaid
from kspec.emit.trace.render import View, clock, markdown, story, text
from kspec.emit.trace.state import state_at, state_json, state_text
from kspec.run.trace import FieldChange, ObjectRef, Step, Trace

WEB = ObjectRef("Deployment", "shop", "web")
NODE = ObjectRef("Node", "", "n-1")
STEPS = (
    Step(1, 0.0, "user", "apply", WEB, "applies Deployment web"),
    Step(
        2,
        0.5,
        "kube-controller-manager/deployment",
        "scale",
        WEB,
        "scales up",
        (FieldChange("spec.replicas", None, 3),),
        1,
    ),
    Step(3, 62.25, "kubelet/n-1", "status", NODE, "says it is ready", (FieldChange("ready", False, True),), 2),
)
TRACE = Trace(STEPS, True)


def test_the_timeline_tells_who_did_what_to_what_and_why() -> None:
    lines = text(TRACE, "shop").splitlines()
    assert lines[:2] == ["shop", "===="]
    assert (
        "    2      0.500  kube-controller-manager/deployment  scale Deployment shop/web (because of step 1)" in lines
    )
    assert any(line.strip() == "spec.replicas: - -> 3" for line in lines)
    assert lines[-1] == "settled after 3 steps, 1:02.250 s of simulated time"


def test_a_view_keeps_the_numbers_of_the_whole_trace() -> None:
    shown = text(TRACE, "shop", View(component="kubelet", changes=False))
    assert "(1 of 3 steps)" in shown
    assert "    3   1:02.250  kubelet/n-1  status Node n-1" in shown
    assert "false -> true" not in shown


def test_a_loop_is_marked_where_it_starts() -> None:
    lines = story(STEPS, "why", "goes round for ever", loop_start=1).splitlines()
    assert lines.index("     .--- from here on, for ever:") + 1 == next(
        i for i, line in enumerate(lines) if line.startswith("    2")
    )


def test_markdown_has_a_row_a_step() -> None:
    rows = [line for line in markdown(TRACE, "shop").splitlines() if line.startswith("| ") and line[2].isdigit()]
    assert len(rows) == 3 and "spec.replicas: - -> 3" in rows[1]


def test_time_shows_minutes_only_when_there_are_some() -> None:
    assert (clock(0), clock(59.9994), clock(75.5)) == ("0.000", "59.999", "1:15.500")


def test_a_view_of_changes_leaves_out_what_changes_nothing() -> None:
    lines = text(TRACE, "shop", View(only_changes=True)).splitlines()
    assert "(2 of 3 steps)" in lines and not any("apply Deployment" in line for line in lines)


GONE = (*STEPS, Step(4, 63.0, "user", "delete", WEB, "deletes it", (FieldChange("metadata.name", "present", None),)))


def test_the_state_at_a_step_is_what_the_changes_up_to_there_left() -> None:
    assert state_at(GONE, 0) == {}
    assert state_at(GONE, 2) == {WEB: {"spec.replicas": 3}}
    assert state_at(GONE, 4) == {NODE: {"ready": True}}
    assert state_json(state_at(GONE, 2), 2)["objects"] == [
        {"kind": "Deployment", "namespace": "shop", "name": "web", "fields": {"spec.replicas": 3}}
    ]
    assert state_text(state_at(GONE, 3), "shop").splitlines()[-2:] == ["Node n-1", "  ready: true"]


def test_an_informal_trace_has_a_state_for_every_step_in_view() -> None:
    document = itf(Trace(GONE, True), "shop", View(only_changes=True))
    states = document["states"]
    assert isinstance(states, list)
    for state in states:
        assert isinstance(state, dict) and set(state) == {"#meta", *document["vars"]}
    assert [s["step"] for s in states] == [0, 2, 3, 4]
    assert states[1]["objects"] == {"#map": [["Deployment shop/web", {"#map": [["spec.replicas", "3"]]}]]}


def test_a_diagram_has_an_arrow_from_cause_to_effect() -> None:
    lines = mermaid(TRACE, "shop: a story").splitlines()
    assert lines[:4] == ["---", "title: shop, a story", "---", "sequenceDiagram"]
    assert "  participant c2 as kube-controller-manager/deployment" in lines
    assert "  Note over c1: 1. applies Deployment web" in lines
    assert "  c1->>c2: 2. scales up" in lines


def test_a_diagram_that_is_too_large_says_what_it_leaves_out() -> None:
    many = tuple(Step(i, 0.0, "user", "apply", WEB, "x" * 500) for i in range(1, 201))
    drawn = mermaid(Trace(many, True), "shop")
    assert len(drawn) < 50_000 and "more steps, narrow the view" in drawn
