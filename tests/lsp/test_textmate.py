"""The TextMate grammar is the language's own: made from its words, and fresh."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kspec.syntax.table import table

EDITORS = Path(__file__).parents[2] / "editors"


def _build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("editors_build", EDITORS / "build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def grammar() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_build().PLACE.read_text("utf-8"))
    return found


def test_the_grammar_for_editors_is_fresh() -> None:
    build = _build()
    assert build.PLACE.read_text("utf-8") == build.text(), "run `python editors/build.py`"


def scope_of(grammar: dict[str, Any], text: str, at: int = 0) -> str:
    """The scope of the token at an offset: the earliest match wins, of equals the first rule."""
    repository = grammar["repository"]
    position, scope = 0, ""
    while position <= at:
        found = []
        for order, include in enumerate(repository["expression"]["patterns"]):
            rule = repository[include["include"][1:]]
            match = re.compile(rule.get("match") or rule["begin"]).search(text, position)
            if match is not None and match.end() > match.start():
                found.append((match.start(), order, match.end(), rule))
        if not found:
            return ""
        start, _, end, rule = min(found, key=lambda f: f[:2])
        scope = rule.get("name") or rule["captures"]["1"]["name"]
        if start > at:
            return ""
        position = end
    return scope


@pytest.mark.parametrize("word", sorted(table().words))
def test_every_word_of_the_language_is_coloured_and_is_a_field_before_a_colon(
    grammar: dict[str, Any], word: str
) -> None:
    assert scope_of(grammar, f"{word} x").split(".")[0] in ("keyword", "constant")
    assert scope_of(grammar, f"{word}: x") == "variable.other.property.kspec"
    assert scope_of(grammar, f"{word}-x y") == ""


@pytest.mark.parametrize(
    ("text", "at", "scope"),
    [
        ("# for", 2, "comment.line.number-sign.kspec"),
        ("cpu: 250m", 5, "constant.numeric.kspec"),
        ("nvidia.com/gpu: 1", 0, "variable.other.property.kspec"),
        ("hpa/web.replicas: 1", 0, "variable.other.property.kspec"),
        ("deployment web {", 0, "storage.type.kspec"),
        ("strategy {", 0, "storage.type.kspec"),
        ("web_service web(a: 1)", 0, "storage.type.kspec"),
        ("image(name)", 0, "entity.name.function.kspec"),
        ("@allow(KS2005)", 0, "entity.name.decorator.kspec"),
        ("path: service/web.http", 6, "variable.other.object.kspec"),
        ("a := b", 2, "keyword.operator.kspec"),
        ("'raw'", 0, "string.quoted.single.kspec"),
        ('x: """a"""', 3, "string.quoted.triple.kspec"),
    ],
)
def test_tokens_have_the_scopes_that_themes_know(grammar: dict[str, Any], text: str, at: int, scope: str) -> None:
    assert scope_of(grammar, text, at) == scope


def test_the_extension_names_files_that_are_there() -> None:
    folder = EDITORS / "vscode"
    manifest = json.loads((folder / "package.json").read_text("utf-8"))
    (language,), (colours,) = manifest["contributes"]["languages"], manifest["contributes"]["grammars"]
    for path in (manifest["main"], language["configuration"], colours["path"]):
        assert (folder / path).is_file()
    json.loads((folder / language["configuration"]).read_text("utf-8"))
