"""The language reference is true: its examples are read and in the one style, its mistakes are told so."""

from __future__ import annotations

import re

import pytest

from kspec.source.data import data_dir
from kspec.source.text import SourceFile
from kspec.syntax import parse
from kspec.syntax.format import format_text
from kspec.syntax.table import table

REFERENCE = (data_dir("grammar") / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```kspec parse\n(.*?)^```$", REFERENCE, re.MULTILINE | re.DOTALL)
MISTAKES = re.findall(r"^```kspec mistake\n(.*?)^```$\n+```text\n(.*?)^```$", REFERENCE, re.MULTILINE | re.DOTALL)


def told(text: str) -> str:
    diagnostics = parse(SourceFile("example.kspec", text)).diagnostics
    return "".join(f"{d.span.line}:{d.span.column} {d.message} ({d.help})\n" for d in diagnostics if d.span)


def test_all_fenced_blocks_are_examples() -> None:
    assert REFERENCE.count("```") == 2 * (len(EXAMPLES) + 2 * len(MISTAKES))
    assert len(EXAMPLES) >= 20


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.splitlines()[0])
def test_an_example_is_read_and_in_the_one_style(text: str) -> None:
    assert told(text) == ""
    assert format_text(text) == text


@pytest.mark.parametrize(("text", "expected"), MISTAKES, ids=[text.splitlines()[1].strip() for text, _ in MISTAKES])
def test_a_mistake_is_told_as_the_reference_says(text: str, expected: str) -> None:
    assert told(text) == expected


def test_every_word_of_the_language_stands_in_the_reference() -> None:
    assert [word for word in table().words if not re.search(rf"\b{word}\b", REFERENCE)] == []
