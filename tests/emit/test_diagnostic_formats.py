"""Each format says the same findings in its reader's way."""

from __future__ import annotations

import json
from xml.etree import ElementTree

from kspec.emit.diagnostics.frame import frame
from kspec.emit.diagnostics.json import check_document
from kspec.emit.diagnostics.junit import junit_document
from kspec.emit.diagnostics.lines import github_commands, gitlab_document, markdown_table
from kspec.emit.diagnostics.sarif import fingerprint, sarif_document
from kspec.source.diagnostic import Diagnostic, Label, Rule, Severity
from kspec.source.text import SourceFile, Span

RULE = Rule("KS9999", "example", Severity.ERROR, "An example.")
SOURCE = SourceFile("a.kspec", "deployment web {\n  replicas: many\n}\n")
SPAN = Span("a.kspec", 2, 13, 2, 17)
FINDING = Diagnostic(
    RULE, "replicas wants a number", SPAN, "write 3", "Deployment/web", (Label("declared here", SPAN),)
)
NOTE = Diagnostic(RULE, "100% odd: a, b", None, severity=Severity.INFO)


def test_the_code_frame_points_at_the_span() -> None:
    lines = frame(FINDING, {"a.kspec": SOURCE}).plain.splitlines()
    assert lines[:2] == ["error[KS9999] replicas wants a number", "  --> a.kspec:2:13"]
    assert lines[3:5] == [" 2 |   replicas: many", "   |             ^^^^"]
    assert lines[-1] == "  help: write 3"


def test_a_frame_without_its_file_says_only_where() -> None:
    assert "|" not in frame(FINDING, {}).plain


def test_json_keeps_the_contract() -> None:
    document = check_document([FINDING, NOTE])
    assert document["schema"] == "kspec/check/v1"
    assert document["summary"] == {"error": 1, "warning": 0, "info": 1}
    first, second = document["diagnostics"]  # type: ignore[misc]
    assert first["span"] == {"file": "a.kspec", "line": 2, "column": 13, "endLine": 2, "endColumn": 17}
    assert second["span"] is None


def test_sarif_points_into_its_rule_table() -> None:
    run = json.loads(json.dumps(sarif_document([NOTE, FINDING])))["runs"][0]
    results = run["results"]
    assert [r["level"] for r in results] == ["error", "note"]
    assert all(run["tool"]["driver"]["rules"][r["ruleIndex"]]["id"] == r["ruleId"] for r in results)
    assert "locations" not in results[1]


def test_a_fingerprint_does_not_move_with_lines() -> None:
    moved = Diagnostic(RULE, FINDING.message, Span("a.kspec", 9, 1, 9, 2), "write 3", "Deployment/web")
    assert fingerprint(moved) == fingerprint(FINDING)
    assert fingerprint(NOTE) != fingerprint(FINDING)


def test_junit_fails_errors_and_passes_a_clean_run() -> None:
    suite = ElementTree.fromstring(junit_document([FINDING, NOTE]).split("\n", 1)[1])
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    clean = ElementTree.fromstring(junit_document([]).split("\n", 1)[1])
    assert (clean.get("tests"), clean.get("failures")) == ("1", "0")


def test_github_commands_escape_what_would_end_them() -> None:
    first, second = github_commands([NOTE, FINDING]).splitlines()
    assert first.startswith("::error file=a.kspec,line=2,col=13")
    assert second == "::notice title=KS9999 example::100%25 odd: a, b"


def test_gitlab_and_markdown_name_rule_and_place() -> None:
    (item,) = json.loads(gitlab_document([FINDING, NOTE]))
    assert (item["check_name"], item["location"]["lines"]["begin"]) == ("KS9999", 2)
    assert "| error | KS9999 example | a.kspec:2:13 |" in markdown_table([FINDING, NOTE])
