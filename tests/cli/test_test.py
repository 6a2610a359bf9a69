"""`kspec test`: scenarios as a job runs them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.running import Ran

Kspec = Callable[..., Ran]

LAB = """\
cluster lab { nodepool a { count: 3  machine { cpu: 4  memory: 16Gi } } }
deployment web {
  replicas: 2
  container app { image: "web:1.4"  resources { cpu: 100m  memory: 64Mi..64Mi } }
}
"""
HOLDS = 'scenario grows "scaled by hand" { scale web to 3  wait until settled  expect web.ready == 3 }\n'
MISSED = "scenario hasty { scale web to 3  expect web.ready == 3  wait until web.ready == 9 }\n"
FORKED = "scenario forked { choose { scale web to 3 or scale web to 1 }  wait until settled  expect web.ready == 3 }\n"


@pytest.fixture
def design(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a design with scenarios."""

    def write(scenarios: str) -> Path:
        path = tmp_path / "lab.kspec"
        path.write_text(LAB + scenarios)
        return path

    return write


def test_a_scenario_that_comes_about_passes(design: Callable[[str], Path], kspec: Kspec) -> None:
    ran = kspec("test", design(HOLDS))
    assert ran.code == 0 and ran.out.startswith("passed    grows  ")


def test_what_was_missed_is_shown_at_its_place_with_the_numbers(design: Callable[[str], Path], kspec: Kspec) -> None:
    ran = kspec("test", design(MISSED))
    assert ran.code == 1 and ran.out.startswith("failed    hasty")
    assert "expected web.ready == 3, and web.ready is 2" in ran.err
    assert "waits for web.ready == 9, which never comes about" in ran.err
    assert "user: scales deployment web from 2 to 3" in ran.err


def test_each_course_of_a_choice_is_played(design: Callable[[str], Path], kspec: Kspec) -> None:
    answer = kspec("test", design(FORKED), "--format", "json").json
    (scenario,) = answer["scenarios"]
    assert (answer["schema"], scenario["verdict"]) == ("kspec/test/v1", "failed")
    assert [[m["message"] for m in c["missed"]] for c in scenario["courses"]] == [
        [],
        ["expected web.ready == 3, and web.ready is 1"],
    ]
    second = scenario["courses"][1]
    assert second["settled"] and second["missed"][0]["step"] <= len(second["steps"])


def test_too_many_courses_are_never_a_pass(design: Callable[[str], Path], kspec: Kspec) -> None:
    ran = kspec("test", design("scenario many { repeat 7 { choose { wait 1s or wait 2s } } }"))
    assert ran.code == 3 and ran.out.startswith("undecided")


def test_a_pipeline_reads_the_suite(design: Callable[[str], Path], kspec: Kspec) -> None:
    suite = ElementTree.fromstring(kspec("test", design(HOLDS + MISSED), "--format", "junit").out)
    assert suite.attrib["tests"] == "2" and suite.attrib["failures"] == "1"
    cases = {c.attrib["name"]: len(c.findall("failure")) for c in suite.iter("testcase")}
    assert cases == {"grows": 0, "hasty": 2}


def test_the_trace_is_told_when_asked(design: Callable[[str], Path], kspec: Kspec) -> None:
    out = kspec("test", design(HOLDS + MISSED), "--scenario", "grows", "--trace").out
    assert "grows: scaled by hand" in out and "settled after" in out and "hasty" not in out


@pytest.mark.parametrize(
    ("scenarios", "arguments", "says"),
    [
        (HOLDS, ["--scenario", "grwos"], "no scenario 'grwos'; it has: grows"),
        ("scenario s { repeat 2000 { wait 1s } }", [], "at most 1000 times"),
        ("scenario s { scale wbe to 3 }", [], "wbe"),
    ],
)
def test_mistakes_are_told_and_nothing_is_played(
    scenarios: str, arguments: list[str], says: str, design: Callable[[str], Path], kspec: Kspec
) -> None:
    ran = kspec("test", design(scenarios), *arguments)
    assert ran.code == 2 and says in ran.err


def test_a_check_finds_what_a_scenario_missed(design: Callable[[str], Path], kspec: Kspec) -> None:
    found = kspec("check", design(MISSED), "--select", "KS9006", "--format", "json")
    assert found.code == 1
    assert [d["rule"] for d in found.json["diagnostics"]] == ["KS9006", "KS9006"]
