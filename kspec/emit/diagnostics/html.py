"""Diagnostics as a page of its own: no scripts, nothing fetched."""

from __future__ import annotations

from dataclasses import dataclass

from jinja2 import Environment

from kspec.emit.diagnostics.paths import relative
from kspec.emit.diagnostics.report import Report
from kspec.emit.templating import environment
from kspec.source.diagnostic import Diagnostic
from kspec.source.fingerprint import fingerprints

_TEMPLATE = "diagnostics/report.html.j2"


@dataclass(frozen=True, slots=True)
class Item:
    """A finding as the page shows it."""

    id: str
    level: str
    rule: str
    name: str
    message: str
    where: str
    object: str
    line: str
    help: str
    summary: str
    manual: str
    story: tuple[str, ...]


def report_html(report: Report) -> str:
    """A page with all findings, worst first; each with its rule's manual page folded away."""
    found = report.worst_first
    items = [_item(report, d, name) for d, name in zip(found, fingerprints(found), strict=True)]
    return _escaping().get_template(_TEMPLATE).render(report=report, items=items)


def _escaping() -> Environment:
    """The templates' environment, with every value escaped for HTML."""
    return environment().overlay(autoescape=True)


def _item(report: Report, diagnostic: Diagnostic, name: str) -> Item:
    span, rule = diagnostic.span, diagnostic.rule
    source = report.sources.get(span.file) if span else None
    return Item(
        id=name,
        level=diagnostic.level.value,
        rule=rule.id,
        name=rule.name,
        message=diagnostic.message,
        where=f"{relative(span.file)}:{span.line}:{span.column}" if span else "",
        object=diagnostic.object or "",
        line=source.line(span.line).strip() if source and span else "",
        help=diagnostic.help or "",
        summary=rule.summary,
        manual=rule.manual.strip(),
        story=diagnostic.story,
    )
