"""What could have stood there, in the words of whoever writes kspec."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.syntax.table import END, Table
from kspec.syntax.tokens import Fault, Token

FILE_END = "the end of the file"
HOLE_END = "the end of `${...}`"
VALUE_END = "the end of the value"


@dataclass(frozen=True, slots=True)
class Group:
    """Terminals that mean one thing to the user: told as `words` if all of `signs` can follow, none that it `lacks`.
    `covers` go with them, `*` being all words of the language.
    """

    words: str
    signs: frozenset[str]
    covers: frozenset[str]
    lacks: frozenset[str] = frozenset()


def _kinds(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _group(words: str, signs: str, covers: str = "", lacks: str = "") -> Group:
    return Group(words, _kinds(signs), _kinds(f"{signs} {covers}"), _kinds(lacks))


_OPERATORS = _kinds("( [ && || => + - * / .. -> . ADD MULTIPLY MOD COMPARE _IN _NOT_IN LEADS UNTIL")
_WORDS = "*"
_ITEMS = "* STRING REF QNAME"

GROUPS = (
    _group("a field, a block", "NAME STRING @ _FOR _REMOVE", _ITEMS),
    _group("a declaration", "NAME @ _IMPORT _FOR _LET", _ITEMS),
    _group("a part of a component (`state`, `sync`, `action`, ...)", "_STATE _SYNC _ACTION _LET", f"{_ITEMS} @"),
    _group("a statement (`PLACE := VALUE`, `new`, `remove`, ...)", "_NEW _DO _TELL _LET", _ITEMS),
    _group("an event (`rollout`, `fail`, `wait`, ...)", "EVENT SCALE _WAIT", _WORDS, "NAME"),
    _group("`match`, `require` or `forbid`", "_MATCH REQUIRE", "", "NAME"),
    _group("a value", "NUMBER STRING [ (", "* NAME TEXT REF QNAME { - !"),
    _group("a type", "NAME NUMBER {"),
    _group("a key", "NAME STRING QNAME", _WORDS),
    _group("a name", "NAME", "* STRING REF"),
    _group("a text in quotes", "STRING"),
    _group("a number", "NUMBER"),
)

_SPELLED = {
    "NAME": "a name",
    "NUMBER": "a number",
    "STRING": "a text in quotes",
    "TEXT": "a text in quotes",
    "REF": "a reference such as `deployment/web`",
    "QNAME": "a name such as `example.com/gpu`",
    "ASSIGN": "`:=`",
    "ADD": "`+`",
    "MULTIPLY": "`*`",
    "COMPARE": "a comparison",
    "_NOT_IN": "`!in`",
    END: FILE_END,
}
_LAST = ("}", "]", ")")


def expectation(table: Table, kinds: frozenset[str], ending: str = FILE_END) -> str:
    """`a value`, `` `,` or `]` ``, `a field, a block or `}``: what the terminals mean, most telling first."""
    rest = set(kinds)
    named: list[str] = []
    for group in GROUPS:
        if group.signs <= rest and not group.lacks & rest and group.words not in named:
            named.append(group.words)
            rest -= group.covers
            if _WORDS in group.covers:
                rest -= set(table.words.values())
    closers = [f"`{c}`" for c in _LAST if c in rest]
    if END in rest:
        rest.discard(END)
        if ending == HOLE_END:
            closers.append("`}`")
        elif not any("declaration" in n for n in named):
            closers.append(ending)
    others = rest - set(_LAST)
    telling = others - _OPERATORS
    if any(n.startswith(("a declaration", "a field")) for n in named):
        telling -= {",", "{"}
    if not (named or closers or telling):
        if len(others) > 2:
            return "an operator"
        telling = others
    named += sorted({_spell(table, kind) for kind in telling}, key=lambda s: (not s.startswith("`"), s))
    return listed([word for group in named for word in _split(group)] + closers)


def _split(words: str) -> list[str]:
    return words.split(", ") if "(" not in words else [words]


def listed(words: list[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}" if words else "nothing more"


def _spell(table: Table, kind: str) -> str:
    if kind in _SPELLED:
        return _SPELLED[kind]
    words = [word for word, terminal in table.words.items() if terminal == kind]
    return listed([f"`{w}`" for w in words]) if words else f"`{kind}`"


def description(token: Token, ending: str = FILE_END) -> str:
    """What was found: `the number `3``, `the end of the file`."""
    text = token.text if len(token.text) <= 40 and "\n" not in token.text else f"{token.text[:37].splitlines()[0]}..."
    match token.kind:
        case "$END":
            return ending
        case "NUMBER":
            return f"the number `{text}`"
        case "STRING" | "TEXT":
            return f"the text {text}"
        case "ERROR" if token.fault is Fault.CHARACTER and not token.text.isprintable():
            return f"the character U+{ord(token.text[0]):04X}"
        case _:
            return f"`{text}`"
