"""Diagnostics as Checkstyle XML, which many viewers of build results read."""

from __future__ import annotations

from itertools import groupby
from xml.etree import ElementTree

from kspec.emit.diagnostics.paths import relative
from kspec.emit.diagnostics.report import Report
from kspec.emit.diagnostics.xml import xml_document, xml_text
from kspec.source.diagnostic import Diagnostic


def report_checkstyle(report: Report) -> str:
    """One `file` for each file with findings; those without a place are under `kspec`."""
    root = ElementTree.Element("checkstyle", version="8.0")
    for file, found in groupby(sorted(report.diagnostics, key=_file), key=_file):
        element = ElementTree.SubElement(root, "file", name=xml_text(file))
        for diagnostic in found:
            _error(element, diagnostic)
    return xml_document(root)


def _file(diagnostic: Diagnostic) -> str:
    return relative(diagnostic.span.file) if diagnostic.span else "kspec"


def _error(parent: ElementTree.Element, diagnostic: Diagnostic) -> None:
    span = diagnostic.span
    text = diagnostic.message + (f" ({diagnostic.help})" if diagnostic.help else "")
    ElementTree.SubElement(
        parent,
        "error",
        line=str(span.line if span else 1),
        column=str(span.column if span else 1),
        severity=diagnostic.level.value,
        message=xml_text(text),
        source=f"kspec.{diagnostic.rule.id}",
    )
