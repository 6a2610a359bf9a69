"""Slips of the pen: whole designs with one token gone, doubled, exchanged or misspelt, and what is said about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random

from kspec.elaborate import load
from kspec.source.diagnostic import Diagnostic
from kspec.source.text import SourceFile
from kspec.syntax import nodes as n
from kspec.syntax import parse
from kspec.syntax.reader import lexer
from kspec.syntax.tokens import Token

_ROOT = Path(__file__).parents[2]
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
KINDS = ("drop", "double", "swap", "replace", "misspell")
NEAR = 2
"""How many lines from a slip what is said about it may stand."""


@dataclass(frozen=True, slots=True)
class Slip:
    """One token of a design gone wrong, on a line."""

    design: str
    kind: str
    token: str
    line: int
    start: int
    stop: int
    new: str
    """What stands there instead of the characters from `start` to `stop`."""
    text: str
    """The design with the slip."""

    def __str__(self) -> str:
        return f"{self.design}:{self.line} {self.kind} `{self.token}`"

    @property
    def last_line(self) -> int:
        return self.line + self.text[self.start : self.start + len(self.new)].count("\n")

    def on(self, text: str) -> str:
        """The slip made in a text that is the design's up to there."""
        return text[: self.start] + self.new + text[self.stop :]


@cache
def designs() -> dict[str, str]:
    """The designs that slips are made in: the shop, the outages and the pairs."""
    files = [_ROOT / "models/designs/shop.kspec", *sorted((_ROOT / "models/designs").glob("*/**/*.kspec"))]
    files += sorted((_ROOT / "tests/designs/pairs").glob("*/faulty.kspec"))
    return {path.relative_to(_ROOT).as_posix(): path.read_text(encoding="utf-8") for path in files}


def slips_of(name: str, text: str, random: Random) -> Iterator[Slip]:
    """Slips without end, at random tokens of a design."""
    tokens = lexer().cut(text).tokens[:-1]
    while True:
        index, kind = random.randrange(len(tokens)), random.choice(KINDS)
        token = tokens[index]
        changed = _changed(text, tokens, index, kind, random)
        if changed is None:
            continue
        stop, new = changed
        if text[token.start : stop] != new:
            whole = text[: token.start] + new + text[stop:]
            yield Slip(name, kind, token.text, token.line, token.start, stop, new, whole)


def _changed(text: str, tokens: list[Token], index: int, kind: str, random: Random) -> tuple[int, str] | None:
    """Up to where the text changes from the token on, and into what."""
    token = tokens[index]
    match kind:
        case "drop":
            return token.end, ""
        case "double":
            return token.end, f"{token.text} {token.text}"
        case "swap" if index + 1 < len(tokens):
            following = tokens[index + 1]
            return following.end, following.text + text[token.end : following.start] + token.text
        case "replace":
            return token.end, random.choice(tokens).text
        case "misspell" if token.kind == "NAME" and len(token.text) > 2:
            return token.end, _misspelt(token.text, random)
        case _:
            return None


def _misspelt(word: str, random: Random) -> str:
    """A letter too few, too many, another one, or two exchanged."""
    at = random.randrange(1, len(word))
    match random.randrange(4):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + random.choice(_LETTERS) + word[at:]
        case 2:
            return word[:at] + random.choice(_LETTERS) + word[at + 1 :]
        case _:
            return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]


def told(slip: Slip) -> list[Diagnostic]:
    """What loading the design says that it does not say without the slip."""
    return said(slip.text, usual(designs()[slip.design]))


def said(text: str, known: frozenset[tuple[str, str]] = frozenset()) -> list[Diagnostic]:
    return [d for d in load(["-"], stdin=text).diagnostics.sorted() if (d.rule.id, d.message) not in known]


@cache
def usual(text: str) -> frozenset[tuple[str, str]]:
    """What is said of a sound design: kinds that nothing defines."""
    return frozenset((d.rule.id, d.message) for d in said(text))


@dataclass
class Tally:
    """How often so many things were said about one slip, and which slips were told too often or too far away."""

    counts: Counter[int] = field(default_factory=Counter)
    often: list[tuple[Slip, list[Diagnostic]]] = field(default_factory=list)
    far: list[tuple[Slip, list[Diagnostic]]] = field(default_factory=list)

    def take(self, slip: Slip) -> None:
        found = told(slip)
        self.counts[len(found)] += 1
        if len(found) > 1:
            self.often.append((slip, found))
        lines = {d.span.line for d in found if d.span} | {label.span.line for d in found for label in d.related}
        if found and min((abs(slip.line - line) for line in lines), default=0) > NEAR:
            self.far.append((slip, found))

    @property
    def at_most_once(self) -> float:
        """The share of slips that one thing was said about, or nothing: some leave a design that means something."""
        return (self.counts[0] + self.counts[1]) / max(self.counts.total(), 1)

    def __str__(self) -> str:
        counts = ", ".join(f"{n}: {self.counts[n]}" for n in sorted(self.counts))
        shares = f"{self.at_most_once:.1%} at most once; {len(self.far)} far away"
        return f"{self.counts.total()} slips, told so many times ({counts}); {shares}"


def shown(slip: Slip, found: Iterable[Diagnostic]) -> str:
    """A slip, its line and what was said, to be read by whoever mends it."""
    source = SourceFile("-", slip.text)
    lines = "\n".join(
        f"    {source.line(n)}" for n in range(max(1, slip.line - 1), min(len(source.lines), slip.line + 1) + 1)
    )
    said = "\n".join(f"  {d.span}: {d.rule.id} {d.message} ({d.help})" for d in found)
    return f"{slip}\n{lines}\n{said}"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two slips in parts of a design that have nothing to do with each other."""

    first: Slip
    second: Slip

    @property
    def text(self) -> str:
        return self.first.on(self.second.text)


def pairs_of(name: str, text: str, random: Random) -> Iterator[Pair]:
    """Pairs of slips in different objects or statements, each of which is told when it is alone."""
    places = list(parts(text))
    slips = slips_of(name, text, random)
    while True:
        one, other = sorted((next(slips), next(slips)), key=lambda s: s.start)
        homes = [
            [i for i, (start, stop) in enumerate(places) if start <= s.line and s.last_line <= stop]
            for s in (one, other)
        ]
        if all(len(h) == 1 for h in homes) and homes[0] != homes[1] and told(one) and told(other):
            yield Pair(one, other)


def parts(text: str) -> Iterator[tuple[int, int]]:
    """The lines of the objects and statements of a design."""
    file = parse(SourceFile("-", text)).file
    assert file is not None
    waiting: list[n.Node] = list(file.items)
    while waiting:
        match waiting.pop():
            case n.Block(n.Key("namespace" | "cluster"), _, inner) | n.For(_, _, inner):
                waiting.extend(inner)
            case other:
                yield other.span.line, other.span.end_line


def both_told(pair: Pair) -> bool:
    """Whether each slip is told beside the other: what is said of it alone, or something near it."""
    found = told(replace(pair.first, text=pair.text))
    return all(any(_about(d, slip, told(slip)) for d in found) for slip in (pair.first, pair.second))


def _about(found: Diagnostic, slip: Slip, alone: list[Diagnostic]) -> bool:
    spans = [s for s in (found.span, *(label.span for label in found.related)) if s is not None]
    near = any(abs(s.line - slip.line) <= NEAR for s in spans)
    return near or any(found.message == d.message and found.span == d.span for d in alone)
