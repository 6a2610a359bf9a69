"""From Lark's compiled grammar to a `Table`."""

from __future__ import annotations

import re
from collections import deque
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

    written = {key: item for key, item in memo.items() if item["__type__"] == "Rule"}
    number = {key: place for place, key in enumerate(sorted(written, key=lambda key: _order(written[key])))}
    rules = [_rule(written[key]) for key in number]
    symbols = automaton["tokens"]
    order = _numbering(automaton, symbols)
    grammar_rules = {rule.origin for rule in rules}
    rows, gotos = [], []
    for state in order:
        actions: dict[str, int] = {}
        goto: dict[str, int] = {}
        for symbol, (what, argument) in automaton["states"][state].items():
            name = symbols[symbol]
            if name in grammar_rules:
                goto[name] = order[argument]
            else:
                actions[literal.get(name, name)] = ~number[argument["@"]] if what == _REDUCE else order[argument]
        rows.append(_shortened(actions))
        gotos.append(goto)
    words, scan, groups = _lexicon(terminals, data["parser"]["lexer_conf"]["ignore"])
    return Table(
        rows,
        gotos,
        rules,
        {name: order[state] for name, state in sorted(automaton["start_states"].items())},
        {name: order[state] for name, state in sorted(automaton["end_states"].items())},
        scan,
        groups,
        words,
        frozenset(literal.values()),
    )


def _order(item: dict[str, Any]) -> tuple[Any, ...]:
    return item["origin"]["name"], [symbol["name"] for symbol in item["expansion"]], item["alias"] or ""


def _numbering(automaton: dict[str, Any], symbols: dict[int, str]) -> dict[int, int]:
    """New numbers for the states, in the order in which they are met: Lark's own change from run to run."""
    waiting = deque(state for _, state in sorted(automaton["start_states"].items()))
    order: dict[int, int] = {}
    while waiting:
        state = waiting.popleft()
        if state in order:
            continue
        order[state] = len(order)
        row = automaton["states"].get(state, {})
        ahead = sorted((symbols[symbol], target) for symbol, (what, target) in row.items() if what != _REDUCE)
        waiting.extend(target for _, target in ahead)
    return order


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
    return dict(sorted(words.items())), scan, {group: literal.get(name, name) for group, name in groups.items()}
