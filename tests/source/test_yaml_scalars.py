"""Bare words mean what they mean to kubectl (the table of sigs.k8s.io/yaml v1.4, go-yaml v2)."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.source.text import SourceFile
from kspec.source.yaml import Dialect, read_documents
from kspec.source.yaml.scalars import BadScalar, key_text, resolve, resolve_tagged, to_json

HEAD = "apiVersion: v1\nkind: ConfigMap\n"


def value_of(text: str) -> object:
    reading = read_documents(SourceFile("a.yaml", f"{HEAD}x: {text}\n"))
    assert not reading.broken
    return reading.documents[0].value["x"]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("yes", True),
        ("on", True),
        ("NO", False),
        ("y", True),
        ("Y", True),
        ("n", False),
        ("off", False),
        ("true", True),
        ("TRUE", True),
        ("tRUE", "tRUE"),
        ("yEs", "yEs"),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("nULL", "nULL"),
        ("", None),
        ("0o14", 12),
        ("014", 12),
        ("-014", -12),
        ("08", 8),
        ("0o8", "0o8"),
        ("0x1F", 31),
        ("0b101", 5),
        ("-0b11", -3),
        ("0b12", "0b12"),
        ("1_000", 1000),
        ("1__0", 10),
        ("_1", "_1"),
        ("+7", 7),
        ("12:30:45", "12:30:45"),
        ("1e3", 1000),
        ("1E+3", 1000),
        ("1e100", 1e100),
        ("1e400", "1e400"),
        ("1.5", 1.5),
        ("1.", 1),
        (".5", 0.5),
        ("3.0", 3),
        ("-0.0", 0),
        ("1e", "1e"),
        ("1.2.3", "1.2.3"),
        ("2001-01-01", "2001-01-01"),
        ("2001-01-01T00:00:00Z", "2001-01-01T00:00:00Z"),
        ("=", "="),
        ("18446744073709551615", 18446744073709551615),
        ("18446744073709551616", 18446744073709551616.0),
        ("0xFFFFFFFFFFFFFFFFF", "0xFFFFFFFFFFFFFFFFF"),
        ("'yes'", "yes"),
        ('"12"', "12"),
        ("!!str 12", "12"),
        ("!!int '12'", 12),
        ("!!float 3", 3),
        ("!!binary aGk=", "hi"),
        ("!custom yes", "yes"),
        ("! 12", 12),
        ("|\n  yes\n", "yes\n"),
    ],
)
def test_a_value_is_read_as_kubectl_reads_it(text: str, meaning: object) -> None:
    found = value_of(text)
    assert found == meaning
    assert type(found) is type(meaning)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("n", "false"),
        ("y", "true"),
        ("On", "true"),
        ("8080", "8080"),
        ("014", "12"),
        ("1.10", "1.1"),
        ("1e3", "1000"),
        ("1e6", "1e+06"),
        ("1e-5", "1e-05"),
        ("0.1", "0.1"),
        ("2001-01-01", "2001-01-01"),
        ("'n'", "n"),
        (".inf", ".inf"),
    ],
)
def test_a_key_becomes_the_text_that_kubectl_makes_of_it(text: str, key: str) -> None:
    reading = read_documents(SourceFile("a.yaml", f"{HEAD}x:\n  {text}: 1\n"))
    assert reading.documents[0].value["x"] == {key: 1}
    assert reading.documents[0].origin.key(("x", key)) is not None


@pytest.mark.parametrize("text", [".inf", "-.INF", ".nan", "!!int yes", "!!bool 1", "!!float x", "!!null x"])
def test_a_scalar_that_json_cannot_hold_breaks_its_document(text: str) -> None:
    reading = read_documents(SourceFile("a.yaml", f"{HEAD}x: {text}\n"))
    assert [d.rule.id for d in reading.diagnostics] == ["KS0001"]
    assert reading.diagnostics[0].span is not None
    assert reading.diagnostics[0].span.line == 3


@pytest.mark.parametrize("text", ["~", "null", "[a]", "{a: b}", "18446744073709551615"])
def test_null_lists_mappings_and_huge_numbers_are_no_keys(text: str) -> None:
    reading = read_documents(SourceFile("a.yaml", f"{HEAD}x:\n  ? {text}\n  : 1\n"))
    assert [d.rule.id for d in reading.diagnostics] == ["KS0001"]


@pytest.mark.parametrize(
    ("line", "surprising"),
    [
        ("x: yes", True),
        ("x: n", True),
        ("x: OFF", True),
        ("x: true", False),
        ("x: 'yes'", False),
        ("x: 014", True),
        ("x: 0o14", True),
        ("x: 08", True),
        ("x: 1_000", True),
        ("x: 1000", False),
        ("x: 0", False),
        ("x: 0.5", False),
        ("x: 0x14", False),
        ("x: 1e3", False),
        ("defaultMode: 0644", False),
        ("mode: 0400", False),
        ("n: x", True),
        ("1.10: x", True),
        ("8080: x", False),
        ("x: 12:30:45", False),
        ("x: 2001-01-01", False),
        ("x: [a, no]", True),
    ],
)
def test_only_words_that_read_otherwise_than_they_look_are_warned_about(line: str, surprising: bool) -> None:
    reading = read_documents(SourceFile("a.yaml", f"{HEAD}{line}\n"))
    assert [d.rule.id for d in reading.diagnostics] == ["KS0020"] * surprising


def test_letters_can_stay_text() -> None:
    text = f"{HEAD}x: {{a: y, n: yes}}\n"
    reading = read_documents(SourceFile("a.yaml", text), Dialect.LETTERS_ARE_TEXT)
    assert reading.documents[0].value["x"] == {"a": "y", "n": True}
    span = reading.documents[0].origin.key(("x", "n"))
    assert span is not None
    assert span.column == 11


PLAIN = st.text(alphabet="0123456789abcdefxobXOBeE+-._~yYnNtTfFiI:", max_size=12) | st.text(max_size=12)


@given(PLAIN)
def test_no_bare_word_raises(text: str) -> None:
    value = resolve(text)
    try:
        json_value = to_json(value)
    except BadScalar:
        assert isinstance(value, float)
        return
    assert json_value == value
    if value is not None and not (isinstance(value, int) and value >= 2**63):
        assert isinstance(key_text(value), str)


@given(st.sampled_from(["str", "int", "float", "bool", "null", "binary", "timestamp", "x"]), PLAIN)
def test_a_tag_gives_its_type_or_refuses(tag: str, text: str) -> None:
    types = {"str": str, "int": int, "float": float, "bool": bool, "null": type(None)}
    try:
        value = resolve_tagged(f"tag:yaml.org,2002:{tag}", text)
    except BadScalar:
        return
    assert type(value) is types.get(tag, str)


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_float_key_has_the_shortest_digits_of_a_32_bit_number(value: float) -> None:
    text = key_text(float(value))
    assert math.isclose(float(text), value, rel_tol=1e-6, abs_tol=1e-44)
