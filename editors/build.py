"""Writes the TextMate grammar that editors colour kspec text with, from the words and tokens of `grammar/`.

    python editors/build.py

Run it when the grammar changes; a test tells when it was forgotten. VS Code, the JetBrains editors, Sublime Text and
`bat` read the file.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from kspec.syntax.grammar import lark_parser
from kspec.syntax.table import table

PLACE = Path(__file__).resolve().parent / "vscode" / "syntaxes" / "kspec.tmLanguage.json"

CONTROL = {"_FOR", "_IF", "_ELSE", "_THEN", "_WHEN", "_WHERE", "_CHOOSE", "_REPEAT", "_WAIT", "_SYNC", "UNTIL", "OR"}
OPERATORS = {"_IN", "MOD", "TEMPORAL", "QUANTIFIER", "LEADS", "PICK", "PRESENCE", "_WITHIN", "_UNDER"}
CONSTANTS = {"_TRUE", "_FALSE", "_NULL"}
TYPES = "string|int|float|bool|list|map|Name|Quantity|Duration|Percent|Range"
NOT_A_KEY = r"(?![\w-]|\s*:(?!=))"
"""A word in front of a colon is the name of a field."""


def words(terminals: set[str] | None) -> str:
    """An alternation of the language's words of these terminals, or of those that are in no other group."""
    known = CONTROL | OPERATORS | CONSTANTS
    chosen = (w for w, t in table().words.items() if (t not in known if terminals is None else t in terminals))
    return "|".join(sorted(chosen))


def keyword(scope: str, terminals: set[str] | None) -> dict[str, Any]:
    return {"name": f"{scope}.kspec", "match": rf"(?<![\w.-])(?:{words(terminals)}){NOT_A_KEY}"}


def patterns() -> dict[str, str]:
    """The regular expressions of the terminals that are no words."""
    return {t.name: t.pattern.value for t in lark_parser().terminals if type(t.pattern).__name__ == "PatternRE"}


def grammar() -> dict[str, Any]:
    tokens = patterns()
    name, qualified, reference, number = (tokens[t] for t in ("NAME", "QNAME", "REF", "NUMBER"))
    hole = {
        "name": "meta.interpolation.kspec",
        "begin": r"\$\{",
        "end": r"\}",
        "beginCaptures": {"0": {"name": "punctuation.section.interpolation.begin.kspec"}},
        "endCaptures": {"0": {"name": "punctuation.section.interpolation.end.kspec"}},
        "patterns": [{"include": "#expression"}],
    }
    escapes = [{"name": "constant.character.escape.kspec", "match": r"\$\$"}, hole]
    repository = {
        "comment": {"name": "comment.line.number-sign.kspec", "match": tokens["COMMENT"]},
        "text": {"name": "string.quoted.triple.kspec", "begin": '"""', "end": '"""', "patterns": escapes},
        "string": {
            "name": "string.quoted.double.kspec",
            "begin": '"',
            "end": '"|$',
            "patterns": [{"name": "constant.character.escape.kspec", "match": r"\\."}, *escapes],
        },
        "raw": {"name": "string.quoted.single.kspec", "begin": "'", "end": "'|$"},
        "attribute": {"name": "entity.name.decorator.kspec", "match": rf"@(?:{name})"},
        "key": {
            "name": "variable.other.property.kspec",
            "match": rf"(?<![\w./-])(?:{qualified}|{reference}|{name})(?=\s*:(?!=))",
        },
        "block": {
            "match": rf"(?<![\w./-])((?!(?:{'|'.join(sorted(table().words))})\b)(?:{name}))"
            rf"\s+((?:{name}))(?=\s*[({{])",
            "captures": {"1": {"name": "storage.type.kspec"}, "2": {"name": "entity.name.type.kspec"}},
        },
        "opener": {
            "name": "storage.type.kspec",
            "match": rf"(?<![\w./-])(?!(?:{'|'.join(sorted(table().words))})\b)(?:{name})(?=\s*\{{)",
        },
        "control": keyword("keyword.control", CONTROL),
        "operator": keyword("keyword.operator.word", OPERATORS),
        "constant": keyword("constant.language", CONSTANTS),
        "word": keyword("keyword.other", None),
        "type": {"name": "support.type.kspec", "match": rf"(?<=:)\s*(?:{TYPES})\b(?=\s*[=,)\[]|\s*$)"},
        "reference": {"name": "variable.other.object.kspec", "match": rf"(?<![\w./-])(?:{reference})"},
        "qualified": {"name": "variable.other.qualified.kspec", "match": rf"(?<![\w./-])(?:{qualified})"},
        "call": {"name": "entity.name.function.kspec", "match": rf"(?<![\w./-])(?:{name})(?=\()"},
        "number": {"name": "constant.numeric.kspec", "match": rf"(?<![\w.-])(?:{number})"},
        "sign": {
            "name": "keyword.operator.kspec",
            "match": r":=|\+=|-=|=>|->|==|!=|<=|>=|&&|\|\||\.\.|[<>=!]|[+*/-](?=\s)",
        },
    }
    expression = [
        *("comment", "text", "string", "raw", "attribute", "key", "control", "operator", "constant", "word"),
        *("block", "opener", "type", "call", "reference", "qualified", "number", "sign"),
    ]
    return {
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "comment": "Written by editors/build.py from grammar/*.lark; do not edit.",
        "name": "kspec",
        "scopeName": "source.kspec",
        "fileTypes": ["kspec"],
        "patterns": [{"include": "#expression"}],
        "repository": {**repository, "expression": {"patterns": [{"include": f"#{part}"} for part in expression]}},
    }


def text() -> str:
    return json.dumps(grammar(), indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    PLACE.parent.mkdir(parents=True, exist_ok=True)
    PLACE.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
