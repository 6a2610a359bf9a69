"""JSON inputs: streams of objects, their places, their limits."""

from __future__ import annotations

import pytest

from kspec.source.text import SourceFile
from kspec.source.yaml import read_documents


def test_a_stream_of_json_objects_is_read() -> None:
    text = '{"apiVersion":"v1","kind":"A"}\n{"apiVersion":"v1","kind":"B",\n\t"x": [1, {"y": 2.0}]}\n'
    reading = read_documents(SourceFile("a.json", text))
    assert [d.value["kind"] for d in reading.documents] == ["A", "B"]
    assert [d.line for d in reading.documents] == [1, 2]
    span = reading.documents[1].origin.at(("x", 1, "y"))
    assert span is not None
    assert (span.line, span.column, span.end_column) == (3, 17, 20)
    assert reading.documents[1].value["x"] == [1, {"y": 2}]


def test_json_escapes_that_yaml_has_not_are_read() -> None:
    reading = read_documents(SourceFile("a.json", '{"apiVersion":"v1","kind":"A","x":"\\ud83d\\ude00\\/"}'))
    assert reading.documents[0].value["x"] == "😀/"


def test_yaml_may_start_with_a_brace() -> None:
    reading = read_documents(SourceFile("a.yaml", "{apiVersion: v1, kind: A, x: yes}"))
    assert reading.documents[0].value["x"] is True


def test_a_repeated_json_key_is_reported_with_both_places() -> None:
    reading = read_documents(SourceFile("a.json", '{"apiVersion":"v1","kind":"A",\n"x":1,\n"x":2}'))
    (diagnostic,) = reading.diagnostics
    assert diagnostic.rule.id == "KS0021"
    assert diagnostic.span is not None
    assert (diagnostic.span.line, diagnostic.related[0].span.line) == (3, 2)
    assert reading.documents[0].value["x"] == 2


@pytest.mark.parametrize("depth", [300, 5000, 100_000])
def test_deep_json_is_refused_in_words(depth: int) -> None:
    reading = read_documents(SourceFile("a.json", '{"a":' * depth + "1" + "}" * depth))
    (diagnostic,) = reading.diagnostics
    assert diagnostic.rule.id == "KS0024"
    assert "levels deep" in diagnostic.message


@pytest.mark.parametrize("number", ["1e999", "9" * 5000, "NaN", "-Infinity"])
def test_numbers_that_json_has_not_do_not_raise(number: str) -> None:
    reading = read_documents(SourceFile("a.json", f'{{"apiVersion":"v1","kind":"A","x":{number}}}'))
    assert len(reading.documents) + len(reading.broken) == 1


def test_broken_json_is_reported_where_it_breaks() -> None:
    reading = read_documents(SourceFile("a.json", '{"apiVersion":"v1",\n "kind":}\n'))
    (diagnostic,) = reading.diagnostics
    assert diagnostic.rule.id in ("KS0001", "KS0022")


def test_half_a_surrogate_pair_is_read_as_the_replacement_character() -> None:
    r"""As Go's encoding/json reads it; `\ud83d\ude00` is a whole pair."""
    text = r'{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "\ud800", "labels": {"\uDFFF": "\ud83d\ude00"}}}'
    (document,) = read_documents(SourceFile("a.json", text)).documents
    assert document.value["metadata"] == {"name": "\ufffd", "labels": {"\ufffd": "\U0001f600"}}
