"""Each format says the same findings in its reader's way."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest

from kspec.emit.diagnostics.formats import FORMATS, report_text
from kspec.emit.diagnostics.frame import frame
from kspec.emit.diagnostics.github import report_github
from kspec.emit.diagnostics.json import check_document
from kspec.emit.diagnostics.markdown import report_markdown
from kspec.emit.diagnostics.report import Report
from kspec.emit.diagnostics.sarif import sarif_document
from kspec.source.diagnostic import Diagnostic, Label, Rule, Severity
from kspec.source.fingerprint import fingerprint, fingerprints
from kspec.source.text import SourceFile, Span

RULE = Rule("KS9999", "example", Severity.ERROR, "An example.", "Its page.\n\nFails:\n\n    a: 1\n")
SOURCE = SourceFile("a b.kspec", "deployment web {\n  replicas: many\n}\n")
SPAN = Span("a b.kspec", 2, 13, 2, 17)
FINDING = Diagnostic(
    RULE,
    "replicas wants a number",
    SPAN,
    "write 3",
    "Deployment/web",
    (Label("declared here", SPAN),),
    field="spec.replicas",
    story=("user: applies", "kubelet: starts"),
)
NOTE = Diagnostic(RULE, "100% odd: a, b | <b> \x07", None, severity=Severity.INFO)
REPORT = Report((NOTE, FINDING), {"a b.kspec": SOURCE}, objects=3, suppressed=1, notes=("something was left out",))
CLEAN = Report((), objects=2)


def xml(format: str, report: Report) -> ElementTree.Element:
    return ElementTree.fromstring(FORMATS[format](report).split("\n", 1)[1])


def sarif(report: Report) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(FORMATS["sarif"](report))
    return document


def test_the_code_frame_points_at_the_span_and_tells_the_story() -> None:
    lines = frame(FINDING, {"a b.kspec": SOURCE}).plain.splitlines()
    assert lines[:2] == ["error[KS9999] replicas wants a number", "  --> a b.kspec:2:13"]
    assert lines[3:5] == [" 2 |   replicas: many", "   |             ^^^^"]
    assert lines[-3:] == ["    1. user: applies", "    2. kubelet: starts", "  help: write 3"]


def test_a_frame_without_its_file_says_only_where() -> None:
    assert "|" not in frame(FINDING, {}).plain


def test_text_ends_with_what_was_left_out_and_a_headline() -> None:
    assert report_text(REPORT).splitlines()[-2:] == [
        "note: something was left out",
        "1 error, 1 info in 3 objects; 1 accepted",
    ]
    assert report_text(CLEAN) == "nothing found in 2 objects\n"


def test_json_keeps_the_contract() -> None:
    document = check_document([FINDING, NOTE])
    assert document["schema"] == "kspec/check/v1"
    assert document["summary"] == {"error": 1, "warning": 0, "info": 1}
    first, second = document["diagnostics"]  # type: ignore[misc]
    assert list(first)[:8] == ["rule", "name", "severity", "message", "help", "object", "field", "span"]
    assert first["span"] == {"file": "a b.kspec", "line": 2, "column": 13, "endLine": 2, "endColumn": 17}
    assert second["span"] is None
    summary = json.loads(FORMATS["json"](REPORT))["summary"]
    assert (summary["objects"], summary["suppressed"], summary["notes"]) == (3, 1, ["something was left out"])


def test_json_lines_are_findings_one_by_one() -> None:
    lines = FORMATS["jsonl"](REPORT).splitlines()
    assert [json.loads(line)["severity"] for line in lines] == ["info", "error"]


def test_sarif_has_what_the_standard_requires_and_points_into_its_rule_table() -> None:
    document = sarif(REPORT)
    assert document["version"] == "2.1.0" and document["$schema"].startswith("https://")
    (run,) = document["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "kspec" and [r["id"] for r in driver["rules"]] == ["KS9999"]
    rule = driver["rules"][0]
    assert rule["help"]["text"] and rule["shortDescription"]["text"] and len(rule["properties"]["tags"]) <= 10
    assert [r["level"] for r in run["results"]] == ["error", "note"]
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"] and result["partialFingerprints"]["kspec/v1"]
    assert "locations" not in run["results"][1]


def test_sarif_places_are_relative_uris_with_regions_that_count_from_one() -> None:
    result = sarif(REPORT)["runs"][0]["results"][0]
    (location,) = result["locations"]
    place = location["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b.kspec"
    assert place["region"] == {"startLine": 2, "startColumn": 13, "endLine": 2, "endColumn": 17}
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "Deployment/web#spec.replicas"
    (flow,) = result["codeFlows"]
    steps = flow["threadFlows"][0]["locations"]
    assert [s["location"]["message"]["text"] for s in steps] == list(FINDING.story)


def test_sarif_stays_within_what_github_shows() -> None:
    many = [Diagnostic(RULE, f"finding {n}", SPAN, story=("step",) * 1200) for n in range(5100)]
    results = sarif_document([NOTE, *many])["runs"][0]["results"]  # type: ignore[index,call-overload]
    assert len(results) == 5000  # type: ignore[arg-type]
    flow = results[0]["codeFlows"][0]["threadFlows"][0]["locations"]  # type: ignore[index,call-overload]
    assert len(flow) == 1000  # type: ignore[arg-type]


def test_two_pages_of_one_rule_are_one_rule_in_sarif() -> None:
    other = Rule("KS9999", "example", Severity.ERROR, "Another page.")
    rules = sarif(Report((FINDING, Diagnostic(other, "x", SPAN))))["runs"][0]["tool"]["driver"]["rules"]
    assert len(rules) == 1


def test_a_fingerprint_does_not_move_with_lines_or_words() -> None:
    moved = Diagnostic(RULE, "replicas wants another number", None, None, "Deployment/web", field="spec.replicas")
    assert fingerprint(moved) == fingerprint(FINDING)
    assert fingerprint(NOTE) != fingerprint(FINDING)
    assert len(set(fingerprints([FINDING, moved, NOTE]))) == 3


def test_junit_fails_errors_and_passes_a_clean_run() -> None:
    suites = xml("junit", REPORT)
    assert (suites.get("tests"), suites.get("failures")) == ("2", "1")
    cases = suites.findall("testsuite/testcase")
    assert len(cases) == 2 and all(c.get("name") and c.get("classname") for c in cases)
    (failure,) = suites.findall("testsuite/testcase/failure")
    assert failure.get("message") == FINDING.message and "kubelet: starts" in (failure.text or "")
    clean = xml("junit", CLEAN)
    assert (clean.get("tests"), clean.get("failures"), len(clean.findall("testsuite/testcase"))) == ("1", "0", 1)


def test_checkstyle_groups_by_file() -> None:
    root = xml("checkstyle", REPORT)
    assert root.tag == "checkstyle" and root.get("version")
    files = {f.get("name"): f.findall("error") for f in root.findall("file")}
    (error,) = files["a b.kspec"]
    assert (error.get("line"), error.get("severity"), error.get("source")) == ("2", "error", "kspec.KS9999")
    assert files["kspec"][0].get("severity") == "info"


def test_github_commands_come_worst_first_and_escape_what_would_end_them() -> None:
    first, second, last = report_github(REPORT).splitlines()
    assert first.startswith("::error file=a b.kspec,line=2,col=13,endLine=2,endColumn=17,title=KS9999 example::")
    assert second.startswith("::notice title=KS9999 example::100%25 odd: a, b")
    assert last == "kspec: 1 error, 1 info in 3 objects; 1 accepted"
    assert re.fullmatch(r"::error .*::replicas wants a number%0Awrite 3", first)


def test_gitlab_has_the_fields_of_the_code_quality_format() -> None:
    (item,) = json.loads(FORMATS["gitlab"](REPORT))
    assert set(item) == {"description", "check_name", "fingerprint", "severity", "location"}
    assert item["severity"] in {"info", "minor", "major", "critical", "blocker"}
    assert item["location"] == {"path": "a b.kspec", "lines": {"begin": 2, "end": 2}}


def test_markdown_is_one_table_whose_cells_hold_whatever_they_must() -> None:
    lines = report_markdown(REPORT).splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert len(rows) == 4
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 5 for row in rows)
    assert "| error | KS9999 example | a b.kspec:2 |" in rows[2]
    assert "<b>" not in rows[3]


def test_a_step_summary_stays_below_what_github_takes() -> None:
    many = tuple(Diagnostic(RULE, "x" * 500, SPAN) for _ in range(5000))
    assert len(report_markdown(Report(many)).encode()) < 1024 * 1024


class Tags(HTMLParser):
    """Notes the tags of a page, and fails on one that is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_is_a_whole_page_that_fetches_nothing_and_escapes_everything() -> None:
    page = FORMATS["html"](REPORT)
    tags = Tags()
    tags.feed(page)
    assert tags.open == [] and tags.seen.count("article") == 2
    assert "script" not in tags.seen and "http" not in page and "<b>" not in page


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_the_same_twice_and_takes_a_clean_report(name: str) -> None:
    assert FORMATS[name](REPORT) == FORMATS[name](REPORT)
    assert isinstance(FORMATS[name](CLEAN), str)
