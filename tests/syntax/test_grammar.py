"""The grammar: free of conflicts, its words kept apart from names, all of it built and all of it shown in cases."""

from __future__ import annotations

import re
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import pytest
from lark.exceptions import GrammarError
from syntax.literate import all_cases

from kspec.source.data import data_dir
from kspec.source.text import SourceFile
from kspec.syntax import nodes, parse
from kspec.syntax.build import Builder
from kspec.syntax.grammar import lark_parser
from kspec.syntax.recovery.expected import GROUPS, expectation
from kspec.syntax.table import table

WORDS = sorted(table().words)
_NO_VALUE = nodes.Null


def fields(text: str) -> list[nodes.Field]:
    parsed = parse(SourceFile("t", f"x {{ {text} }}"))
    assert parsed.diagnostics == (), text
    assert parsed.file is not None
    (block,) = parsed.file.items
    assert isinstance(block, nodes.Block)
    return [item for item in block.items if isinstance(item, nodes.Field)]


def test_lark_finds_no_conflict_when_it_is_strict() -> None:
    try:
        lark_parser(strict=True)
    except GrammarError as conflict:
        pytest.fail(str(conflict))


@pytest.mark.parametrize("path", sorted(data_dir("grammar").glob("*.lark")), ids=lambda p: p.name)
def test_every_rule_has_a_line_of_comment_above_it(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    rules = [i for i, line in enumerate(lines) if re.match(r"[!?]*[a-z_]+\s*:", line)]
    bare = [lines[i].split(":")[0] for i in rules if not lines[i - 1].startswith("//")]
    assert bare == []


@pytest.mark.parametrize("word", WORDS)
def test_a_word_of_the_language_is_a_name_before_a_colon_and_within_longer_names(word: str) -> None:
    names = [word, f"{word}x", f"{word}-x", f"{word}_x", f"x-{word}", f"{word}1"]
    found = fields("  ".join(f"{name}: 1" for name in names) + f"  {word} : 2  {word}  # why\n : 3")
    assert [str(f.path) for f in found] == [*names, word, word]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_of_the_language_is_a_name_behind_a_dot_and_as_a_key(word: str) -> None:
    (field,) = fields(f"a: {{ {word}: b.{word}.c }}")
    assert isinstance(field.value, nodes.Map)
    (entry,) = field.value.entries
    assert isinstance(entry, nodes.Entry)
    assert entry.key.text == word


@pytest.mark.parametrize("word", WORDS)
def test_longer_names_are_not_cut_into_words_after_a_value(word: str) -> None:
    first, second = fields(f"a: b {word}x: c")
    assert (str(first.path), str(second.path)) == ("a", f"{word}x")


def test_every_rule_of_the_grammar_has_its_builder() -> None:
    callbacks = Builder("t", lambda *_: nodes.Null(span=None)).callbacks(table())  # type: ignore[arg-type]
    missing = {
        rule.method
        for rule, callback in zip(table().rules, callbacks, strict=True)
        if rule.method is not None and callback is None and not rule.single
    }
    assert missing == set()


def node_kinds() -> set[type]:
    kinds = {getattr(nodes, name) for name in nodes.__all__}
    return {k for k in kinds if isinstance(k, type) and is_dataclass(k) and issubclass(k, nodes.Node)} - {nodes.Node}


def inside(value: Any) -> set[type]:
    if isinstance(value, tuple):
        return {kind for part in value for kind in inside(part)}
    if not isinstance(value, nodes.Node):
        return set()
    return {type(value)}.union(*(inside(getattr(value, name)) for name in value.__dataclass_fields__))


def test_the_cases_show_every_kind_of_node() -> None:
    shown: set[type] = set()
    for case in all_cases(Path(__file__).parent / "cases"):
        shown |= inside(parse(SourceFile("t", case.source)).file)
    assert {kind.__name__ for kind in node_kinds() - shown} == set()


def test_what_a_group_of_expectations_stands_for_exists_in_the_grammar() -> None:
    known = {*table().terminals, *table().words.values(), "*"}
    for group in GROUPS:
        assert group.signs <= known
        assert group.covers <= known
        assert group.lacks <= known


def test_every_state_of_the_parser_can_say_what_it_expects() -> None:
    for row in table().rows:
        if not isinstance(row, int) and row:
            text = expectation(table(), frozenset(row))
            assert text
            assert "_" not in text.replace("leads_to", ""), text
