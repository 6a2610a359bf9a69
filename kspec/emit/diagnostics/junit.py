"""Diagnostics as JUnit XML: one test case per finding, failed where it is an error or a warning."""

from __future__ import annotations

from xml.etree import ElementTree

from kspec.emit.diagnostics.paths import relative
from kspec.emit.diagnostics.report import Report
from kspec.emit.diagnostics.xml import xml_document, xml_text
from kspec.source.diagnostic import Diagnostic, Severity

_FAILED = (Severity.ERROR, Severity.WARNING)


def report_junit(report: Report) -> str:
    """A test suite; without findings it holds one passed case, so that a reader sees that kspec ran."""
    failures = str(sum(d.level in _FAILED for d in report.diagnostics))
    total = str(max(1, len(report.diagnostics)))
    suites = ElementTree.Element("testsuites", name="kspec", tests=total, failures=failures, errors="0")
    suite = ElementTree.SubElement(
        suites, "testsuite", name="kspec check", tests=total, failures=failures, errors="0", skipped="0"
    )
    if not report.diagnostics:
        ElementTree.SubElement(suite, "testcase", classname="kspec", name="check")
    for diagnostic in report.diagnostics:
        _case(suite, diagnostic)
    return xml_document(suites)


def _case(suite: ElementTree.Element, diagnostic: Diagnostic) -> None:
    span = diagnostic.span
    where = f"{relative(span.file)}:{span.line}:{span.column}" if span else "kspec"
    name = xml_text(f"{diagnostic.rule.id} {diagnostic.rule.name}: {diagnostic.message}")
    place = {"file": xml_text(relative(span.file)), "line": str(span.line)} if span else {}
    case = ElementTree.SubElement(suite, "testcase", {"classname": xml_text(where), "name": name, **place})
    parts = [where, diagnostic.message, *diagnostic.story, diagnostic.help]
    text = xml_text("\n".join(part for part in parts if part))
    if diagnostic.level in _FAILED:
        failure = ElementTree.SubElement(
            case, "failure", type=diagnostic.level.value, message=xml_text(diagnostic.message)
        )
        failure.text = text
    else:
        ElementTree.SubElement(case, "system-out").text = text
