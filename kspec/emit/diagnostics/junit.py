"""Diagnostics as JUnit XML: one test case per finding, failed where it is an error or a warning."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from kspec.source.diagnostic import Diagnostic, Severity


def junit_document(diagnostics: Sequence[Diagnostic]) -> str:
    """A test suite; without findings it holds one passed case, so that a reader sees that kspec ran."""
    failures = sum(d.level in (Severity.ERROR, Severity.WARNING) for d in diagnostics)
    total = str(max(1, len(diagnostics)))
    suites = ElementTree.Element("testsuites", tests=total, failures=str(failures))
    suite = ElementTree.SubElement(suites, "testsuite", name="kspec", tests=total, failures=str(failures), errors="0")
    if not diagnostics:
        ElementTree.SubElement(suite, "testcase", classname="kspec", name="check")
    for diagnostic in diagnostics:
        where = str(diagnostic.span) if diagnostic.span else "kspec"
        case = ElementTree.SubElement(
            suite, "testcase", classname=where, name=f"{diagnostic.rule.id} {diagnostic.message}"
        )
        text = "\n".join(t for t in (where, diagnostic.message, diagnostic.help) if t)
        if diagnostic.level in (Severity.ERROR, Severity.WARNING):
            failure = ElementTree.SubElement(case, "failure", type=diagnostic.level.value, message=diagnostic.message)
            failure.text = text
        else:
            ElementTree.SubElement(case, "system-out").text = text
    ElementTree.indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suites, encoding="unicode") + "\n"
