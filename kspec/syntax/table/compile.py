"""From Lark's compiled grammar to a `Table`."""

from __future__ import annotations

import re
from typing import Any

from kspec.syntax.grammar import lark_parser
from kspec.syntax.table.table import Row, Rule, Table

_WORDS = re.compile(r"(?:\(\?:)?([a-z_]+(?:\|[a-z_]+)*)\)?")
_REDUCE = 1


def compile_table() -> Table:
    """Run Lark over `grammar/*.lark` (1.8 s) and keep what reading needs.

    Uses `memo_serialize`, the plain data behind `Lark.save` and Lark's standalone parsers.
    """
    from lark.grammar import Rule as LarkRule
    from lark.lexer import TerminalDef

    data, memo = lark_parser().memo_serialize([TerminalDef, LarkRule])
    automaton = data["parser"]["parser"]
    terminals = {t["name"]: t for t in memo.values() if t["__type__"] == "TerminalDef"}
    literal = {name: t["pattern"]["value"] for name, t in terminals.items() if t["pattern"]["__type__"] == "PatternStr"}

    rules: list[Rule] = []
    number: dict[int, int] = {}
    for key, item in memo.items():
        if item["__type__"] == "Rule":
            number[key] = len(rules)
            rules.append(_rule(item))
    rows, gotos = [], []
    symbols = automaton["tokens"]
    grammar_rules = {r.origin for r in rules}
    for state in range(max(automaton["states"]) + 1):
        actions: dict[str, int] = {}
        goto: dict[str, int] = {}
        for symbol, (what, argument) in automaton["states"].get(state, {}).items():
            name = symbols[symbol]
            if name in grammar_rules:
                goto[name] = argument
            else:
                actions[literal.get(name, name)] = ~number[argument["@"]] if what == _REDUCE else argument
        rows.append(_shortened(actions))
        gotos.append(goto)
    ignored = data["parser"]["lexer_conf"]["ignore"]
    words, scan, groups = _lexicon(terminals, ignored)
    return Table(
        rows,
        gotos,
        rules,
        automaton["start_states"],
        automaton["end_states"],
        scan,
        groups,
        words,
        frozenset(literal.values()),
    )


def _shortened(actions: dict[str, int]) -> Row:
    """A state that only reduces, by one rule, need not look at what follows: an error shows before the next shift."""
    different = set(actions.values())
    only = next(iter(different), 0)
    return only if len(different) == 1 and only < 0 else actions


def _rule(item: dict[str, Any]) -> Rule:
    origin, expansion, options = item["origin"]["name"], item["expansion"], item["options"]
    absent = _absent(options["empty_indices"], len(expansion))
    kept, nones = [], 0
    for index, symbol in enumerate(expansion):
        nones += absent[index]
        terminal = symbol["__type__"] == "Terminal"
        if options["keep_all_tokens"] or not (terminal and symbol["filter_out"]):
            kept.append((index, not terminal and symbol["name"].startswith("_"), nones))
            nones = 0
    method = item["alias"] or origin
    single = bool(options["expand1"]) and not item["alias"]
    helper = method.startswith("_")
    return Rule(origin, len(expansion), None if helper else method, single, tuple(kept), nones + absent[-1])


def _absent(empty_indices: tuple[bool, ...], size: int) -> list[int]:
    """How many optional parts are missing before each symbol, and after the last."""
    counts = [0] * (size + 1)
    index = 0
    for empty in empty_indices:
        if empty:
            counts[index] += 1
        else:
            index += 1
    return counts


def _lexicon(terminals: dict[str, dict[str, Any]], ignored: list[str]) -> tuple[dict[str, str], str, dict[str, str]]:
    """The words of the language, and one regular expression for everything else, longest and most specific first."""
    words: dict[str, str] = {}
    others = []
    for name, terminal in terminals.items():
        value = terminal["pattern"]["value"]
        is_text = terminal["pattern"]["__type__"] == "PatternStr"
        listed = None if is_text else _WORDS.match(value)
        if listed and value[listed.end() :].startswith("(?!"):
            words |= dict.fromkeys(listed[1].split("|"), name)
        elif name not in ignored:
            pattern = re.escape(value) if is_text else value
            width = len(value) if is_text else terminal["pattern"]["_width"][1]
            others.append((-terminal["priority"], -width, -len(value), name, pattern))
    groups = {f"g{i}": other[3] for i, other in enumerate(sorted(others))}
    scan = "|".join(f"(?P<g{i}>{other[4]})" for i, other in enumerate(sorted(others)))
    literal = {n: t["pattern"]["value"] for n, t in terminals.items() if t["pattern"]["__type__"] == "PatternStr"}
    return words, scan, {group: literal.get(name, name) for group, name in groups.items()}
