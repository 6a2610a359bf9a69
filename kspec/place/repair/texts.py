"""Repairs in the text of a design: what a file could say instead, keeping comments and layout.

These are proposals. Whoever takes one up reads the changed text again and compares what it says with the repair.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from kspec.domain.objects import get
from kspec.place.question import Question
from kspec.place.repair.edits import AddNode, Edit, ResizePool, SetField
from kspec.source.text import Span
from kspec.source.tree import NOWHERE, Json, Path

Texts = Mapping[str, str]
_BARE = re.compile(r"[A-Za-z0-9][\w./-]*\Z")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE]-?\d+)?[A-Za-z]*\Z")


@dataclass(frozen=True, slots=True)
class Patch:
    """A stretch of a file, in offsets, and what stands there instead."""

    file: str
    start: int
    end: int
    text: str

    def apply(self, texts: Texts) -> dict[str, str]:
        old = texts[self.file]
        return {**texts, self.file: old[: self.start] + self.text + old[self.end :]}


def proposals(question: Question, edits: tuple[Edit, ...], texts: Texts) -> Iterator[dict[str, str]]:
    """Texts of the files with all edits made, the most careful ones first. Files are keyed as spans name them."""
    yield from _flags(question, edits, texts)
    yield from _all(question, edits, dict(texts))


def _all(question: Question, edits: tuple[Edit, ...], texts: dict[str, str]) -> Iterator[dict[str, str]]:
    """Every way of making every edit; later places of a file are changed first, so that offsets stay."""
    if not edits:
        yield texts
        return
    ordered = sorted(edits, key=lambda e: _place(question, e), reverse=True)
    for patch in _patches(question, ordered[0], texts):
        yield from _all(question, tuple(ordered[1:]), patch.apply(texts))


def _place(question: Question, edit: Edit) -> tuple[int, int]:
    span = _span(question, edit)
    return (span.line, span.column) if span else (0, 0)


def _span(question: Question, edit: Edit) -> Span | None:
    match edit:
        case SetField(object=object, path=path):
            resource = question.find(object)
            return resource.at(*path) if resource else None
        case ResizePool(pool=pool):
            return question.origins.get(pool, NOWHERE).at(("count",))
        case AddNode(like=like):
            written = question.find(f"Node/{like}")
            return written.at() if written else None


def _patches(question: Question, edit: Edit, texts: Texts) -> Iterator[Patch]:
    span = _span(question, edit)
    if span is None or span.file not in texts:
        return
    start, end = offsets(texts[span.file], span)
    old = texts[span.file][start:end]
    match edit:
        case AddNode():
            yield from _appended(question, edit, span.file, texts[span.file])
        case ResizePool(low=low, high=high):
            yield Patch(span.file, start, end, str(low) if low == high else f"{low}..{high}")
        case SetField(value=None):
            yield from _removed(question, edit, texts, span)
        case SetField(value=value) if isinstance(value, (str, int, float)):
            yield from _replaced(question, edit, Patch(span.file, start, end, old), value)
            yield from _inserted(question, edit, texts)
        case SetField():
            yield from _inserted(question, edit, texts)


def _replaced(question: Question, edit: SetField, there: Patch, value: Json) -> Iterator[Patch]:
    """A scalar for a scalar, in its quotes; one end of a range `a..b`; the old value inside a longer text."""
    old, new = there.text, _written(there.text, value)
    low, dots, high = old.partition("..")
    if dots and "\n" not in old:
        yield Patch(there.file, there.start, there.end, f"{new}..{high}")
        yield Patch(there.file, there.start, there.end, f"{low}..{new}")
    elif "\n" not in old and not old.lstrip().startswith(("{", "[", "-")):
        yield Patch(there.file, there.start, there.end, new)
    resource = question.find(edit.object)
    before = get(resource.manifest, edit.path) if resource else None
    for found in re.finditer(rf"(?<![\w.-]){re.escape(str(before))}(?![\w-])", old) if before is not None else ():
        yield Patch(there.file, there.start + found.start(), there.start + found.end(), new)


def _written(old: str, value: Json) -> str:
    """A scalar as the text around it writes scalars."""
    text = str(value)
    quote = old[:1] if old[:1] in "\"'" and old[:1] == old[-1:] else ""
    plain = isinstance(value, int) or _BARE.match(text) or _NUMBER.match(text)
    return f"{quote}{text}{quote}" if quote or plain else f'"{text}"'


def _removed(question: Question, edit: SetField, texts: Texts, span: Span) -> Iterator[Patch]:
    """A field with its key; lines that held nothing else go."""
    resource = question.find(edit.object)
    text = texts[span.file]
    key = resource.origin.key(edit.path) if resource else None
    start, end = offsets(text, span)
    if key is not None and key.file == span.file:
        start = min(start, offsets(text, key)[0])
    if isinstance(edit.path[-1], int):
        dash = text.rfind("-", text.rfind("\n", 0, start) + 1, start)
        start = dash if dash >= 0 else start
    line = text.rfind("\n", 0, start) + 1
    after = text.find("\n", end)
    after = len(text) if after < 0 else after
    if not text[line:start].strip() and not re.sub(r"#.*", "", text[end:after]).strip():
        yield Patch(span.file, line, min(len(text), after + 1), "")
    yield Patch(span.file, start, end, "")


def _flags(question: Question, edits: tuple[Edit, ...], texts: Texts) -> Iterator[dict[str, str]]:
    """A required rule of a short form (`required: true`) that becomes a preference."""
    for edit in edits:
        span = _span(question, edit)
        if span is not None and span.file in texts and isinstance(edit, SetField):
            start, end = offsets(texts[span.file], span)
            line_end = texts[span.file].find("\n", end)
            stretch = texts[span.file][start : line_end if line_end >= 0 else None]
            for found in re.finditer(r"(?<=required: )true\b", stretch):
                yield Patch(span.file, start + found.start(), start + found.end(), "false").apply(texts)


def _inserted(question: Question, edit: SetField, texts: Texts) -> Iterator[Patch]:
    """A field that is not there yet: in a block of YAML after the last line of what is around it, in kspec as a line
    after that of the replicas."""
    resource = question.find(edit.object)
    if resource is None:
        return
    depth = next((d for d in range(len(edit.path), -1, -1) if get(resource.manifest, edit.path[:d]) is not None), 0)
    around, rest = edit.path[:depth], edit.path[depth:]
    if not rest:
        return
    span = resource.at(*around)
    if span is None or span.file not in texts:
        return
    if span.file.endswith(".kspec"):
        yield from _line(resource.at("spec", "replicas"), rest, edit.value, texts)
        return
    text = texts[span.file]
    start, end = offsets(text, span)
    if text[start : start + 1] in ("{", "["):
        return
    indent = span.column - 1
    value = edit.value
    for part in reversed(rest):
        value = [value] if isinstance(part, int) else {part: value}
    block = yaml.safe_dump(value, sort_keys=False, default_flow_style=False)
    lines = "".join(" " * indent + line + "\n" for line in block.splitlines())
    at = text.find("\n", max(start, end - 1))
    at = len(text) if at < 0 else at + 1
    yield Patch(span.file, at, at, lines if text[:at].endswith("\n") else "\n" + lines)


def _line(near: Span | None, rest: Path, value: Json, texts: Texts) -> Iterator[Patch]:
    """A field of a workload on a line of its own."""
    if near is None or near.file not in texts or not isinstance(rest[0], str):
        return
    text = texts[near.file]
    at = offsets(text, near)[0]
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    indent = text[start:at].partition("replicas:")[0]
    if indent.strip() or end < 0:
        return
    for part in reversed(rest[1:]):
        value = [value] if isinstance(part, int) else {part: value}
    yield Patch(near.file, end + 1, end + 1, f"{indent}{rest[0]}: {_flow(value)}\n")


def _flow(value: Json) -> str:
    """A value as kspec writes it on one line."""
    match value:
        case dict():
            return "{ " + ", ".join(f"{k}: {_flow(v)}" for k, v in value.items()) + " }"
        case list():
            return "[" + ", ".join(_flow(v) for v in value) + "]"
        case _:
            return json.dumps(value)


def _appended(question: Question, edit: AddNode, file: str, text: str) -> Iterator[Patch]:
    """One more document at the end of a file of YAML."""
    if file.endswith((".kspec", ".json")):
        return
    manifest = edit.change(question).after
    block = yaml.safe_dump(_written_node(manifest), sort_keys=False, default_flow_style=False)
    ended = text if text.endswith("\n") or not text else "\n"
    yield Patch(file, len(text), len(text), ("" if ended == text else ended) + "---\n" + block)


def _written_node(manifest: Json) -> Json:
    """A node as one writes it: without what the API server fills in."""
    if not isinstance(manifest, dict):
        return manifest
    status = manifest.get("status")
    said = {k: v for k, v in status.items() if k in ("capacity", "allocatable")} if isinstance(status, dict) else {}
    ordered = {k: manifest[k] for k in ("apiVersion", "kind", "metadata", "spec") if manifest.get(k)}
    return {**ordered, "status": said}


def offsets(text: str, span: Span) -> tuple[int, int]:
    """Where a span begins and ends in its text."""
    return _offset(text, span.line, span.column), _offset(text, span.end_line, span.end_column)


def _offset(text: str, line: int, column: int) -> int:
    at = 0
    for _ in range(line - 1):
        at = text.find("\n", at) + 1
        if at == 0:
            return len(text)
    return min(len(text), at + column - 1)


__all__ = ["Patch", "Texts", "offsets", "proposals"]
