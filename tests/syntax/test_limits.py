"""How much is read, and that nothing overflows."""

from __future__ import annotations

import pytest

from kspec.source.text import SourceFile
from kspec.syntax import limits, parse, reader
from kspec.syntax.format import format_text


def messages(text: str) -> list[str]:
    return [d.message for d in parse(SourceFile("t", text)).diagnostics]


DEEP = {
    "blocks": ("a {", "}"),
    "lists": ("[", "]"),
    "maps": ("{ a: ", "}"),
    "parentheses": ("(", ")"),
    "calls": ("f(", ")"),
    "signs": ("-", ""),
    "negations": ("!", ""),
    "conditions": ("if a then b else ", ""),
    "implications": ("a => ", ""),
    "quantifiers": ("forall a in b: ", ""),
    "sums": ("1 + ", ""),
    "attributes": ("a.", ""),
    "conjunctions": ("a && ", ""),
}


def nested(kind: str, depth: int) -> str:
    before, after = DEEP[kind]
    if kind == "blocks":
        return before * depth + after * depth
    return f"let x = {before * depth}y{after * depth}"


@pytest.mark.parametrize("kind", DEEP)
def test_deep_nesting_is_refused_with_a_message_and_not_with_an_overflow(kind: str) -> None:
    assert messages(nested(kind, 5_000)) == [f"nested more than {limits.MAX_DEPTH} deep"]


@pytest.mark.parametrize("kind", DEEP)
def test_nesting_that_is_read_can_be_compared_printed_and_formatted(kind: str) -> None:
    text = nested(kind, limits.MAX_DEPTH // 2 - 5)
    first, second = parse(SourceFile("t", text)), parse(SourceFile("t", text))
    assert first.diagnostics == ()
    assert first.file == second.file
    assert repr(first.file)
    assert parse(SourceFile("t", format_text(text))).file == first.file


@pytest.mark.parametrize("text", ["(" * 5_000, "[" * 5_000, "x {" * 5_000, "}" * 5_000, "let x = " + "(" * 5_000])
def test_brackets_without_their_partners_are_told_and_end(text: str) -> None:
    assert 1 <= len(messages(text)) <= limits.MAX_MISTAKES


def test_a_long_chain_of_items_is_not_deep() -> None:
    text = "\n".join(f"x{i}: {i}" for i in range(5_000)) + "\nlet a = [" + ", ".join("1" for _ in range(5_000)) + "]"
    assert messages(text) == []


def test_a_text_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_CHARACTERS", 10)
    assert messages("x: 1") == []
    assert messages("xxxxxxxx: 1") == ["the text has more than 10 characters"]


def test_a_number_of_many_digits_is_refused_in_words_of_ours() -> None:
    long = "9" * 5_000
    found = messages(
        f'x: {long}\ny: 1e{long}\nz: 1h{long}s\nfor i in 1..{long} {{ a: b["{long}"][{long}] }}\nw: "{long}"'
    )
    assert found == [
        f"a number has at most {limits.MAX_NUMBER} characters, this one has {n:,}"
        for n in (5_000, 5_002, 5_003, 5_000, 5_000)
    ]


def test_a_text_of_nothing_but_mistakes_is_told_up_to_a_limit() -> None:
    assert len(messages("x = 1\n" * 5_000)) == limits.MAX_MISTAKES


@pytest.mark.parametrize("text", ["", " ", "\n", "\ufeff", "# only a comment", ";", "\r\n\r\n"])
def test_a_text_without_anything_is_an_empty_file(text: str) -> None:
    parsed = parse(SourceFile("t", text))
    assert parsed.diagnostics == ()
    assert parsed.file is not None
    assert parsed.file.items == ()
