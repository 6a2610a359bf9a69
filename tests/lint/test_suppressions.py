"""Findings are accepted in text, on objects, in comments and in the configuration; stale acceptances are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.lint.profiles import profile
from kspec.lint.selection import Selection
from kspec.lint.suppression.annotation import split_reason
from kspec.lint.suppression.model import Like, Suppression
from kspec.source.diagnostic import Diagnostic, Rule, Severity
from kspec.source.text import Span
from tests.lint.checking import checked, question, told

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: one
          image: web:latest
          resources: {requests: {cpu: 1, memory: 1Gi}, limits: {memory: 1Gi}}
        - name: two
          image: web:latest
          resources: {requests: {cpu: 1, memory: 1Gi}, limits: {memory: 1Gi}}
"""
MODULE = """\
define web(name: Name) {
  deployment name {
    container app { image: "web"  resources { cpu: 1  memory: 1Gi..1Gi } }
  }
}
"""


def with_line(number: int, line: str) -> str:
    """The deployment with a line put in before line `number`."""
    lines = DEPLOYMENT.splitlines()
    return "\n".join([*lines[: number - 1], line, *lines[number - 1 :]]) + "\n"


def test_without_a_suppression_both_images_are_found() -> None:
    assert told(DEPLOYMENT) == ["KS3028 12", "KS3028 15"]


@pytest.mark.parametrize(
    ("number", "line", "left"),
    [
        (1, "# kspec: allow KS3028 mirrored", []),
        (3, "# kspec: allow KS3028 elsewhere", ["KS0013 3", "KS3028 13", "KS3028 16"]),
        (11, "        # kspec: allow KS3028 mirrored", ["KS3028 16"]),
        (12, "          # kspec: allow image-latest mirrored", ["KS3028 16"]),
        (10, "      # kspec: allow KS3028, KS4001 mirrored", ["KS0013 10"]),
        (9, "    # kspec: allow KS30 mirrored", []),
        (12, "          # kspec: allow KS3028 until 2026-05-31", ["KS0014 12", "KS3028 13", "KS3028 16"]),
        (12, "          # kspec: allow KS3028 for now, until 2026-06-01", ["KS3028 16"]),
        (12, "          # kspec: allow KS9999 typo", ["KS0013 12", "KS3028 13", "KS3028 16"]),
    ],
)
def test_a_comment_is_about_what_follows_it(number: int, line: str, left: list[str]) -> None:
    found = told(with_line(number, line))
    assert found == left or (line.count("KS") == 2 and found == [])


def test_a_comment_at_the_end_of_a_line_is_about_that_line() -> None:
    text = DEPLOYMENT.replace("image: web:latest", "image: web:latest  # kspec: allow KS3028 mirrored", 1)
    assert told(text) == ["KS3028 15"]


def test_a_comment_in_one_document_says_nothing_about_the_next() -> None:
    text = f"# kspec: allow KS3028 mirrored\n{DEPLOYMENT}---\n{DEPLOYMENT.replace('name: web', 'name: api', 1)}"
    assert [d.object for d in checked(text).report.diagnostics if d.rule.id == "KS3028"] == ["Deployment/api"] * 2


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ("KS3028=mirrored", []),
        ("image-latest=mirrored; KS3026=never found", ["KS0013 4"]),
        ("KS3028=mirrored until 2026-05-01", ["KS0014 4", "KS3028 13", "KS3028 16"]),
    ],
)
def test_an_annotation_is_about_its_object(value: str, left: list[str]) -> None:
    assert told(with_line(4, f'  annotations: {{kspec/allow: "{value}"}}')) == left


def test_an_attribute_is_about_what_it_stands_in_front_of() -> None:
    assert told(MODULE + "web a()\nweb b()\n") == ["KS3028 3", "KS3028 3"]
    two = MODULE + '@allow(KS3028, reason: "mirrored")\nweb a()\nweb b()\n'
    assert [d.object for d in checked(two).report.diagnostics] == ["Deployment/b"]
    assert told(MODULE.replace("  deployment", "  @allow(KS3028)\n  deployment") + "web a()\n") == []


def test_an_attribute_that_is_stale_is_told() -> None:
    late = MODULE + '@allow(KS3028, until: "2026-01-01")\nweb a()\n'
    assert told(late) == ["KS3028 3", "KS0014 6"]
    unused = MODULE + "@allow(KS3028, KS3026)\nweb a()\n"
    assert told(unused) == []
    assert told(unused.replace("KS3028, ", "")) == ["KS3028 3", "KS0013 6"]


def test_strict_asks_for_a_reason() -> None:
    strict = profile("strict")
    assert strict is not None
    selection = Selection(strict, select=("KS3028", "KS0013"))
    assert told(with_line(1, "# kspec: allow KS3028"), question(selection)) == ["KS0013 1"]
    assert told(with_line(1, "# kspec: allow KS3028 mirrored"), question(selection)) == []


def test_what_this_run_did_not_ask_is_not_called_unused() -> None:
    assert told(with_line(1, "# kspec: allow KS5031, KS3028 off in the default profile")) == []


@pytest.mark.parametrize(
    ("exemption", "found"),
    [
        (Suppression(("KS3026",), Like(kinds=("Deployment",)), "exemption"), ["KS0013"]),
        (Suppression(("KS30",), Like(kinds=("Deployment",)), "exemption"), []),
        (Suppression(("KS3026",), Like(kinds=("DaemonSet",)), "exemption"), []),
        (Suppression(("KS5031",), Like(), "exemption"), []),
        (Suppression(("KS3028",), Like(), "exemption", until=date(2026, 1, 1)), ["KS0014"]),
    ],
)
def test_an_exemption_that_does_nothing_for_what_it_is_about_is_told(exemption: Suppression, found: list[str]) -> None:
    shown = checked(DEPLOYMENT, replace(question(), exemptions=(exemption,))).report.diagnostics
    assert [d.rule.id for d in shown if d.rule.id.startswith("KS001")] == found


FOUND = Diagnostic(
    Rule("KS5005", "x", Severity.ERROR, ""),
    "m",
    Span("k8s/legacy/a.yaml", 1, 1, 1, 2),
    object="DaemonSet/kube-system/a",
)


@pytest.mark.parametrize(
    ("like", "covered"),
    [
        (Like(), True),
        (Like(paths=("k8s/**",)), True),
        (Like(paths=("legacy/",)), True),
        (Like(paths=("legacy/*.yaml",)), True),
        (Like(paths=("*.yml",)), False),
        (Like(kinds=("DaemonSet",), namespaces=("kube-*",)), True),
        (Like(kinds=("DaemonSet",), namespaces=("shop",)), False),
        (Like(names=("b",)), False),
    ],
)
def test_an_exemption_fits_where_all_that_is_given_fits(like: Like, covered: bool) -> None:
    assert Suppression(("KS50",), like, "exemption").covers(FOUND) is covered


@given(st.text(st.characters(codec="ascii", exclude_characters="\r\n"), max_size=30), st.dates())
def test_a_reason_and_its_day_come_apart_again(reason: str, day: date) -> None:
    text = reason.strip()
    said, until = split_reason(f"{text} (until {day.isoformat()})")
    assert until == day
    assert said == (text.rstrip(" (,") or None)
