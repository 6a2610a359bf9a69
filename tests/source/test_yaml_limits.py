"""Inputs made to hurt are refused in words, quickly."""

from __future__ import annotations

import time

import pytest

from kspec.source.limits import MAX_DEPTH
from kspec.source.text import SourceFile
from kspec.source.yaml import Reading, read_documents

HEAD = "apiVersion: v1\nkind: X\n"


def read(text: str) -> Reading:
    return read_documents(SourceFile("a.yaml", text))


def test_a_billion_laughs_are_refused() -> None:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    started = time.perf_counter()
    reading = read(HEAD + "\n".join(lines) + "\n")
    assert time.perf_counter() - started < 2
    (diagnostic,) = reading.diagnostics
    assert diagnostic.rule.id == "KS0024"
    assert "aliases" in diagnostic.message
    assert not reading.documents


def test_a_merge_bomb_is_refused() -> None:
    lines = ["a0: &a0 {" + ", ".join(f"k{i}: v" for i in range(99)) + "}"]
    lines += [f"a{n}: &a{n} {{x: *a{n - 1}, y: *a{n - 1}, z: *a{n - 1}}}" for n in range(1, 30)]
    assert read(HEAD + "\n".join(lines) + "\n").diagnostics[0].rule.id == "KS0024"


def test_ordinary_aliases_are_read() -> None:
    text = HEAD + "base: &base {a: 1, b: [1, 2, 3]}\nuses:\n" + "- *base\n" * 50
    value = read(text).documents[0].value
    assert value["uses"] == [{"a": 1, "b": [1, 2, 3]}] * 50


@pytest.mark.parametrize(
    "text",
    [
        "x: " + "[" * 5000 + "]" * 5000,
        "x: " + "{a: " * 5000 + "}" * 5000,
        "\n".join("  " * n + "a:" for n in range(2000)),
        "x:\n" + "- " * 3000 + "a",
    ],
)
def test_deep_documents_are_refused(text: str) -> None:
    (diagnostic,) = read(HEAD + text + "\n").diagnostics
    assert diagnostic.rule.id == "KS0024"


def test_aliases_cannot_build_what_may_not_be_written() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, MAX_DEPTH + 5)]
    (diagnostic,) = read(HEAD + "\n".join(lines) + "\n").diagnostics
    assert "levels deep" in diagnostic.message


def test_the_deepest_allowed_document_is_read_and_has_places() -> None:
    depth = MAX_DEPTH - 1
    (document,) = read(HEAD + "x: " + "[" * depth + "1" + "]" * depth + "\n").documents
    assert document.origin.at(("x", *([0] * depth))) is not None


def test_a_long_number_is_text_and_a_long_scalar_is_read() -> None:
    value = read(HEAD + "x: " + "9" * 100_000 + "\nz: " + "z" * 1_000_000 + "\n").documents[0].value
    assert value["x"] == "9" * 100_000
    assert value["z"] == "z" * 1_000_000


def test_ten_thousand_documents_are_read_quickly() -> None:
    started = time.perf_counter()
    reading = read("---\n".join([HEAD + "metadata: {name: a}\n"] * 10_000))
    assert len(reading.documents) == 10_000
    assert time.perf_counter() - started < 10
