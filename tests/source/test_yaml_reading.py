"""Documents: where they begin, what is taken, what one mistake leaves standing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kspec.source.diagnostic import Severity
from kspec.source.text import SourceFile
from kspec.source.yaml import Reading, Repeat, read_documents

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\n"


def read(text: str) -> Reading:
    return read_documents(SourceFile("a.yaml", text))


def names(reading: Reading) -> list[object]:
    return [d.value["metadata"]["name"] for d in reading.documents]  # type: ignore[index,call-overload]


def rules(reading: Reading) -> list[str]:
    return [d.rule.id for d in reading.diagnostics]


def test_documents_are_split_at_separators_and_empty_ones_are_skipped() -> None:
    text = "---\n# nothing\n---\n" + POD % "a" + "--- # comment\n" + POD % "b" + "---\n\n---\nnull\n"
    assert names(read(text)) == ["a", "b"]
    assert [d.line for d in read(text).documents] == [4, 8]


def test_line_ends_and_byte_order_do_not_matter() -> None:
    reading = read((POD % "a" + "---\n" + POD % "b").replace("\n", "\r\n"))
    assert names(reading) == ["a", "b"]
    span = reading.documents[1].origin.at(("metadata", "name"))
    assert span is not None
    assert (span.line, span.column, span.end_column) == (7, 18, 19)


def test_a_broken_document_does_not_hide_the_others() -> None:
    reading = read(POD % "a" + "---\nx: [1\n---\n" + POD % "b" + "---\ny: @\n")
    assert names(reading) == ["a", "b"]
    assert rules(reading) == ["KS0001", "KS0001"]
    assert [d.span.line for d in reading.diagnostics if d.span] == [5, 11]
    assert [b.line for b in reading.broken] == [5, 11]


@pytest.mark.parametrize(
    ("text", "line", "column", "words", "go_message"),
    [
        (
            "a: b\nmetadata:\n\tname: x\n",
            3,
            1,
            "a tab cannot indent YAML",
            "yaml: line 3: found character that cannot start any token",
        ),
        ("a: b: c\n", 1, 5, "no mapping can start", "yaml: mapping values are not allowed in this context"),
        (
            "a: 1\n b: 2\n",
            2,
            3,
            "no mapping can start",
            "yaml: line 2: mapping values are not allowed in this context",
        ),
        ("a: @x\n", 1, 4, "cannot start with `@`", "yaml: found character that cannot start any token"),
        ("a: *x\n", 1, 4, "no anchor", "yaml: unknown anchor 'x' referenced"),
        ("a: &x [*x]\n", 1, 8, "contains itself", "yaml: anchor 'x' value contains itself"),
        ("a: \x01\n", 1, 4, "control character", "yaml: control characters are not allowed"),
        ('a: "\\z"\n', 1, 5, "escape", "yaml: found unknown escape character"),
        ("%YAML 1.1\n---\na: 1\n", 1, 9, "no YAML directives", "yaml: line 1: did not find expected <document start>"),
        ("<<: 3\n", 1, 5, "takes a mapping", "yaml: map merge requires map or sequence of maps as the value"),
    ],
)
def test_a_syntax_error_has_its_place_and_words(text: str, line: int, column: int, words: str, go_message: str) -> None:
    reading = read(text)
    diagnostic = reading.diagnostics[0]
    assert diagnostic.span is not None
    assert (diagnostic.span.line, diagnostic.span.column) == (line, column)
    assert words in diagnostic.message
    assert reading.broken[0].go_message == go_message


def test_merges_follow_their_order_as_in_go_yaml() -> None:
    reading = read(POD % "a" + "x: &x {p: 1, q: 1}\nu: {p: 0, <<: *x, q: 2}\nz: {<<: [{r: 1}, {r: 2, s: 2}]}\n")
    value = reading.documents[0].value
    assert value["u"] == {"p": 1, "q": 2}
    assert value["z"] == {"r": 1, "s": 2}
    repeats = [(d.path, d.repeat) for d in reading.documents[0].duplicates]
    assert repeats == [(("u", "p"), Repeat.REPLACED_BY_MERGE), (("u", "q"), Repeat.OVERRIDES_MERGE)]
    assert rules(reading) == ["KS0021"]


def test_an_anchor_may_be_defined_again() -> None:
    reading = read(POD % "a" + "x: &x 1\ny: &x 2\nz: *x\n*x : key\n")
    assert reading.documents[0].value["z"] == 2
    assert reading.documents[0].value["2"] == "key"


def test_a_key_that_is_set_twice_has_both_places_and_the_last_value() -> None:
    reading = read("---\n" + POD % "a" + "spec:\n  replicas: 3\n  replicas:\n    5\n")
    document = reading.documents[0]
    assert document.value["spec"] == {"replicas": 5}
    (repeat,) = document.duplicates
    assert (repeat.key, repeat.line, repeat.first.line, repeat.again.line) == ("replicas", 7, 6, 7)
    (diagnostic,) = reading.diagnostics
    assert diagnostic.rule.id == "KS0021"
    assert diagnostic.related[0].span == repeat.first


def test_lists_are_opened_with_the_places_of_their_items() -> None:
    text = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n- 3\n"
    reading = read(text)
    assert names(reading) == ["a"]
    assert reading.documents[0].line == 4
    span = reading.documents[0].origin.at(("metadata", "name"))
    assert span is not None
    assert (span.line, span.column) == (6, 20)
    assert rules(reading) == ["KS0022"]


def test_items_of_a_typed_list_take_their_kind_from_it() -> None:
    reading = read("apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- metadata: {name: a}\n")
    assert reading.documents[0].value == {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\n", "no `apiVersion`"),
        ("apiVersion: v1\n", "no `kind`"),
        ("apiVersion: v1\nkind: 3\n", "`kind` is no text"),
        ("- 1\n", "is a list"),
        ("hello\n", "is a single value"),
    ],
)
def test_what_is_no_kubernetes_object_is_warned_about_and_left_out(text: str, words: str) -> None:
    reading = read(text)
    assert not reading.documents
    (diagnostic,) = reading.diagnostics
    assert diagnostic.rule.id == "KS0022"
    assert diagnostic.level is Severity.WARNING
    assert words in diagnostic.message


def test_what_kubectl_would_never_read_is_warned_about() -> None:
    reading = read(POD % "a" + "...\n" + POD % "b")
    assert names(reading) == ["a"]
    (diagnostic,) = reading.diagnostics
    assert "ignored" in diagnostic.message
    assert diagnostic.span is not None
    assert diagnostic.span.line == 5


WORDS = st.sampled_from(
    [
        "a",
        "yes",
        "014",
        "{",
        "}",
        "[",
        "]",
        ",",
        ": ",
        "- ",
        "\n",
        "  ",
        "&x ",
        "*x",
        "<<: ",
        "|\n",
        '"',
        "'",
        "#",
        "---\n",
    ]
)


@settings(max_examples=300)
@given(st.lists(WORDS, max_size=30).map("".join) | st.text(max_size=40))
def test_no_text_raises(text: str) -> None:
    reading = read(text)
    for document in reading.documents:
        assert document.origin.at(()) is not None
    for diagnostic in reading.diagnostics:
        assert diagnostic.span is not None
        assert 1 <= diagnostic.span.line <= text.count("\n") + 1
