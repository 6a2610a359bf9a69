"""What scenarios came to: as text, as `kspec/test/v1`, as JUnit XML."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from kspec.emit.diagnostics.paths import relative
from kspec.emit.diagnostics.xml import xml_document, xml_text
from kspec.emit.trace.render import View, text
from kspec.run.script import Missed
from kspec.scheduler.rehearsal import Course, Rehearsed
from kspec.source.tree import Json, Object


def verdict(rehearsed: Rehearsed) -> str:
    """`passed`, `failed`; `undecided` where there are courses that were not played."""
    if rehearsed.failed:
        return "failed"
    return "passed" if rehearsed.passed else "undecided"


def rehearsals_text(all_rehearsed: Sequence[Rehearsed], *, trace: bool) -> str:
    """A line a scenario; with `trace` the story of every course."""
    if not all_rehearsed:
        return "the design has no scenario; write `scenario NAME { fail any node  wait until settled  expect ... }`\n"
    width = max(len(r.name) for r in all_rehearsed)
    lines = [f"{verdict(r):<9} {r.name:<{width}}  {_size(r)}" for r in all_rehearsed]
    stories = [_story(r, i, c) for r in all_rehearsed for i, c in enumerate(r.courses, 1)] if trace else []
    return "\n".join(lines) + "\n" + "".join(f"\n{story}" for story in stories)


def _size(rehearsed: Rehearsed) -> str:
    steps = sum(len(course.trace.steps) for course in rehearsed.courses)
    courses = f"{len(rehearsed.courses)} courses, " if len(rehearsed.courses) > 1 else ""
    return f"{courses}{steps} steps"


def _story(rehearsed: Rehearsed, number: int, course: Course) -> str:
    which = f", course {number} of {len(rehearsed.courses)}" if len(rehearsed.courses) > 1 else ""
    title = f"{rehearsed.name}{which}" + (f": {rehearsed.title}" if rehearsed.title else "")
    missed = "".join(f"  missed after step {m.step}: {m.message}\n" for m in course.missed)
    return text(course.trace, title, View()) + missed


def rehearsals_json(all_rehearsed: Sequence[Rehearsed]) -> Object:
    """The document: per scenario its verdict, and per course what was missed and the steps."""
    scenarios: list[Json] = [
        {
            "scenario": r.name,
            "title": r.title,
            "verdict": verdict(r),
            "courses": [
                {
                    "missed": [_miss(m) for m in course.missed],
                    "steps": [step.to_json() for step in course.trace.steps],
                    "settled": course.trace.settled,
                }
                for course in r.courses
            ],
        }
        for r in all_rehearsed
    ]
    return {"schema": "kspec/test/v1", "scenarios": scenarios}


def _miss(miss: Missed) -> Json:
    span = miss.span
    place: Json = {
        "file": relative(span.file),
        "line": span.line,
        "column": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    return {"message": miss.message, "span": place, "step": miss.step}


def rehearsals_junit(all_rehearsed: Sequence[Rehearsed]) -> str:
    """A test suite with a case for each scenario; one that is undecided is an error, never a pass."""
    counts = [verdict(r) for r in all_rehearsed]
    figures = {
        "tests": str(len(counts)),
        "failures": str(counts.count("failed")),
        "errors": str(counts.count("undecided")),
    }
    suites = ElementTree.Element("testsuites", {"name": "kspec", **figures})
    suite = ElementTree.SubElement(suites, "testsuite", {"name": "kspec test", "skipped": "0", **figures})
    for rehearsed in all_rehearsed:
        _case(suite, rehearsed)
    return xml_document(suites)


def _case(suite: ElementTree.Element, rehearsed: Rehearsed) -> None:
    file, line = xml_text(relative(rehearsed.span.file)), str(rehearsed.span.line)
    case = ElementTree.SubElement(
        suite, "testcase", classname="scenario", name=xml_text(rehearsed.name), file=file, line=line
    )
    for course in rehearsed.courses:
        for miss in course.missed:
            where = f"{relative(miss.span.file)}:{miss.span.line}:{miss.span.column}"
            failure = ElementTree.SubElement(case, "failure", type="missed", message=xml_text(miss.message))
            failure.text = xml_text(f"{where}: {miss.message}, after step {miss.step}")
    if verdict(rehearsed) == "undecided":
        ElementTree.SubElement(case, "error", type="undecided", message="not all of its courses were played")
