"""`kspec place --forced`: what is said of invariants in text, in JSON and by the exit code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running import Ran

DESIGN = """\
cluster lab {
  nodepool a { count: 1..2  zone: "a"  machine { cpu: 2  memory: 8Gi } }
  nodepool b { count: 2  zone: "b"  machine { cpu: 2  memory: 8Gi } }
}
namespace shop {
  deployment web {
    replicas: 2
    container app { image: "web:1"  resources { cpu: 1500m } }
  }
  statefulset db {
    replicas: 2
    container app { image: "db:1"  resources { cpu: 200m } }
  }
}
component flag { state { up: bool = false }  action raise_it when !up { up := true } }
"""


@pytest.fixture
def asked(kspec: Callable[..., Ran], tmp_path: Path) -> Callable[..., Ran]:
    """The answer for the design with some invariants."""

    def ask(*invariants: str, options: tuple[str, ...] = ()) -> Ran:
        path = tmp_path / "lab.kspec"
        path.write_text(DESIGN + "\n".join(f"invariant i{n}: {text}" for n, text in enumerate(invariants)) + "\n")
        return kspec("place", path, "--forced", *options)

    return ask


@pytest.mark.parametrize(
    ("statement", "code", "verdict"),
    [
        ("always forall n in nodes: count(pods(web).on(n)) <= 1", 0, "true in every placement (a complete search"),
        ("always web.available >= 2", 0, "true in every placement (it does not depend on the placement)"),
        ('always count(p in pods(web) where p.zone == "a") >= 1', 1, "true only in some placements"),
        ("always forall n in nodes: n.ready && !n.draining && count(pods.on(n)) <= 4", 0, "true in every placement"),
        ("always count(nodes) >= 4", 1, "true only in some placements"),
        ("always count(pods.on(n) for n in nodes) >= 1 && count(pods(web)) == 3", 1, "true in no placement"),
        ("always exists n in nodes: used(n, \"cpu\") == 3000", 1, "true in no placement"),
        ("always settled => skew(db, \"topology.kubernetes.io/zone\") <= 2", 0, "true in every placement"),
        ('always count(pods(db)) > 2 => count(p in pods(web) where p.zone == "a") == 2', 0, "what it is asked for"),
    ],
)  # fmt: skip
def test_a_verdict_has_its_exit_code(asked: Callable[..., Ran], statement: str, code: int, verdict: str) -> None:
    ran = asked(statement)
    assert (ran.code, verdict in ran.out) == (code, True), ran.out


@pytest.mark.parametrize(
    ("statement", "reason", "column"),
    [
        ("always web.available >= 2 under drain(any node)", "it is about what happens under drain", 47),
        ("eventually always web.ready == 2", "it is about time", 15),
        ('always count(p in pods where p.node == "a-2") == 0', "it names a-2", 15),
        ("always forall p in pods(db): p.ordinal == 0 => p.zone == null", "that are interchangeable", 15),
        ("always flag.up", "it depends on flag.up, which a placement does not say", 15),
        ("always forall n in nodes: wieght(n) <= 1", "there is no function wieght", 41),
    ],
)
def test_what_is_not_about_placements_is_told_with_its_reason_and_place(
    asked: Callable[..., Ran], statement: str, reason: str, column: int
) -> None:
    ran = asked(statement, options=("--format", "json"))
    (entry,) = ran.json["forced"]
    assert (ran.code, entry["verdict"]) == (0, "unsaid")
    assert reason in entry["reason"] and entry["span"]["line"] == 16 and entry["span"]["column"] == column, entry


def test_which_nodes_there_are_is_part_of_the_placement_with_an_autoscaler_too(
    asked: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    autoscaler = (
        "resource autoscaling.openshift.io/v1 ClusterAutoscaler default { spec { scaleDown { enabled: true } } }\n"
    )
    monkeypatch.setattr("tests.cli.test_place_forced.DESIGN", autoscaler + DESIGN)
    assert "only in some placements" in asked("always count(nodes) >= 4").out


def test_json_has_both_examples_and_text_what_is_different_between_them(asked: Callable[..., Ran]) -> None:
    statement = "always forall n in nodes: count(pods(db).on(n)) <= 1"
    (entry,) = asked(statement, options=("--format", "json")).json["forced"]
    assert (entry["property"], entry["verdict"], entry["certificate"]) == ("i0", "some", None)
    for example, most in (("holds", 1), ("breaks", 2)):
        nodes = [a["node"] for a in entry[example]["assignments"] if "/db" in a["workload"]]
        assert max(nodes.count(node) for node in nodes) == most, example
    text = asked(statement).out
    assert "+1 shop/db" in text or "+2 shop/db" in text


def test_readings_that_disagree_are_a_fault_that_is_told(
    asked: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KSPEC_TRACEBACK")
    monkeypatch.setattr("kspec.place.forced.ask.judged", lambda *_: True)
    ran = asked('always count(p in pods(web) where p.zone == "a") >= 1')
    assert ran.code == 4 and "two readings of i0 disagree" in ran.err and not ran.out
