"""Each format is read by a reader of that format, or held against its schema: what a pipeline does with it.

The SARIF models are generated from the schema of SARIF 2.1.0 and know every property; GitLab's and our own schemas are
written down here, from their documentation.
"""

from __future__ import annotations

import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from junitparser import Error, Failure, JUnitXml, TestSuite
from pydantic import BaseModel
from pydantic_sarif.model import (  # type: ignore[import-untyped]
    StaticAnalysisResultsFormatSarifVersion210JsonSchema as SarifLog,
)
from sarif import loader  # type: ignore[import-untyped]

from kspec.emit.diagnostics.formats import FORMATS
from kspec.emit.diagnostics.report import Report
from kspec.source.diagnostic import Diagnostic, Label, Rule, Severity
from kspec.source.text import SourceFile, Span

RULE = Rule("KS3003", "pdb-blocks-all", Severity.ERROR, "A budget that blocks.", "A page.\n\nFails:\n\n    a: <1>\n")
OTHER = Rule("KS9101", "rollout-deadlock", Severity.WARNING, "Stuck.", "")
SOURCE = SourceFile("k8s/a b.yaml", "kind: Deployment\nspec: {replicas: 1}\n")
SPAN = Span("k8s/a b.yaml", 2, 18, 2, 19)
FOUND = (
    Diagnostic(
        RULE, 'odd <b>&"\x07 words', SPAN, "do ]]> this", "Deployment/web", (Label("here", SPAN),), field="spec"
    ),
    Diagnostic(OTHER, "never ends", SPAN, object="Deployment/web", story=("user: applies", "kubelet: starts")),
    Diagnostic(RULE, "a note", None, severity=Severity.INFO),
)
REPORTS = {
    "full": Report(FOUND, {SOURCE.path: SOURCE}, objects=3, suppressed=1, known=2, notes=("a note",)),
    "clean": Report((), objects=2),
}
LONG = Diagnostic(RULE, "a long story", SPAN, story=("a step",) * 1200)
MANY = Report(
    (LONG, *(Diagnostic(OTHER, f"m{i}", SPAN, object=f"Pod/p{i}") for i in range(5100))), {SOURCE.path: SOURCE}
)


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_sarif_is_of_its_schema_and_knows_no_other_property(report: Report) -> None:
    document = json.loads(FORMATS["sarif"](report))
    assert SarifLog.model_config.get("extra") == "forbid"
    log = SarifLog.model_validate(document)
    assert len(log.runs[0].results or []) == len(report.diagnostics)


def test_a_reader_of_sarif_counts_what_there_is(tmp_path: Path) -> None:
    path = tmp_path / "k.sarif"
    path.write_text(FORMATS["sarif"](REPORTS["full"]), encoding="utf-8")
    read = loader.load_sarif_file(str(path))
    assert read.get_distinct_tool_names() == ["kspec"]
    assert [(r["Severity"], r["Code"], r["Line"]) for r in read.get_records()] == [
        ("error", "KS3003", 2),
        ("warning", "KS9101", 2),
        ("note", "KS3003", "1"),  # the reader's word for no place
    ]
    assert read.get_records()[0]["Location"] == "k8s/a%20b.yaml"


def test_sarif_stays_within_githubs_limits() -> None:
    text = FORMATS["sarif"](MANY)
    (run,) = json.loads(text)["runs"]
    assert len(run["results"]) == 5000
    assert [len(f["locations"]) for r in run["results"] for c in r.get("codeFlows", []) for f in c["threadFlows"]] == [
        1000
    ]
    assert len(gzip.compress(text.encode())) < 10_000_000
    assert all(len(rule["properties"]["tags"]) <= 10 for rule in run["tool"]["driver"]["rules"])


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_a_reader_of_junit_sees_a_case_for_each_finding(report: Report) -> None:
    read = JUnitXml.fromstring(FORMATS["junit"](report).encode())
    (suite,) = read
    assert isinstance(suite, TestSuite) and suite.tests == max(1, len(report.diagnostics))
    failed = [r for case in suite for r in case.result if isinstance(r, Failure | Error)]
    assert len(failed) == read.failures == sum(d.level is not Severity.INFO for d in report.diagnostics)
    assert all(case.name and case.classname for case in suite)


GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string"},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^/.]"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}, "end": {"type": "integer"}},
                    },
                },
            },
        },
    },
}
SPAN_SCHEMA = {
    "type": ["object", "null"],
    "required": ["file", "line", "column", "endLine", "endColumn"],
    "properties": {"file": {"type": "string"}, "line": {"type": "integer", "minimum": 1}},
}
FINDING = {
    "type": "object",
    "required": ["rule", "name", "severity", "message", "help", "object", "span", "related"],
    "properties": {
        "rule": {"type": "string", "pattern": "^KS[0-9]{4}$"},
        "severity": {"enum": ["error", "warning", "info"]},
        "message": {"type": "string"},
        "help": {"type": ["string", "null"]},
        "object": {"type": ["string", "null"]},
        "span": SPAN_SCHEMA,
        "related": {"type": "array", "items": {"properties": {"span": SPAN_SCHEMA}}},
    },
}
CHECK = {
    "type": "object",
    "required": ["schema", "diagnostics", "summary"],
    "properties": {
        "schema": {"const": "kspec/check/v1"},
        "diagnostics": {"type": "array", "items": FINDING},
        "summary": {"type": "object"},
    },
}


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
@pytest.mark.parametrize(("format", "schema"), [("gitlab", GITLAB), ("json", CHECK)])
def test_json_is_of_its_schema(format: str, schema: dict[str, Any], report: Report) -> None:
    jsonschema.validate(json.loads(FORMATS[format](report)), schema)


def test_gitlab_tells_findings_apart() -> None:
    items = json.loads(FORMATS["gitlab"](REPORTS["full"]))
    assert len({item["fingerprint"] for item in items}) == len(items) == 2


def test_each_line_of_jsonl_is_a_finding() -> None:
    lines = FORMATS["jsonl"](REPORTS["full"]).splitlines()
    for line in lines:
        jsonschema.validate(json.loads(line), FINDING)
    assert len(lines) == len(FOUND) and FORMATS["jsonl"](REPORTS["clean"]) == ""


class CheckstyleError(BaseModel, extra="forbid"):
    """An `error` as checkstyle's own listener writes it."""

    line: int
    column: int
    severity: str
    message: str
    source: str


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_checkstyle_has_files_with_errors_and_nothing_else(report: Report) -> None:
    root = ElementTree.fromstring(FORMATS["checkstyle"](report).encode())
    assert root.tag == "checkstyle" and set(root.attrib) == {"version"}
    files = list(root)
    assert all(f.tag == "file" and set(f.attrib) == {"name"} for f in files)
    errors = [CheckstyleError(**e.attrib) for f in files for e in f if e.tag == "error"]
    assert len(errors) == len(report.diagnostics)
    assert {e.severity for e in errors} <= {"ignore", "info", "warning", "error"}


class Page(HTMLParser):
    """Reads a page; every element that is opened is closed again, but for those that are empty by nature."""

    EMPTY = frozenset({"meta", "link", "br", "hr", "img", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.text = ""
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href") and value]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_the_page_is_whole_and_loads_nothing(report: Report) -> None:
    page = Page()
    page.feed(FORMATS["html"](report))
    page.close()
    assert page.open == [] and {"html", "head", "title", "body"} <= set(page.seen) and "script" not in page.seen
    assert all(address.startswith("#") for address in page.addresses)
    assert all(d.message.replace("\x07", "")[:3] in page.text for d in report.diagnostics)


COMMAND = re.compile(r"::(error|warning|notice)( (file|line|endLine|col|endColumn|title)=[^,:]*(,\w+=[^,]*)*)?::.+")


def test_githubs_commands_are_one_line_each() -> None:
    lines = FORMATS["github"](REPORTS["full"]).splitlines()
    assert len([line for line in lines if COMMAND.fullmatch(line)]) == len(FOUND)
    assert lines[0].startswith("::error ")
