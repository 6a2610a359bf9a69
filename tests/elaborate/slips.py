"""Slips of the pen: whole designs with one token gone, doubled, exchanged or misspelt, and what is said about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from kspec.elaborate import load
from kspec.source.diagnostic import Diagnostic
from kspec.source.text import SourceFile
from kspec.syntax.reader import lexer
from kspec.syntax.tokens import Token

_ROOT = Path(__file__).parents[2]
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
KINDS = ("drop", "double", "swap", "replace", "misspell")
NEAR = 2
"""How many lines from a slip what is said about it may stand."""


@dataclass(frozen=True, slots=True)
class Slip:
    """One token of a design gone wrong: the text that comes of it, and the line it is on."""

    design: str
    kind: str
    token: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.design}:{self.line} {self.kind} `{self.token}`"


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
        if changed is not None and changed != text:
            yield Slip(name, kind, token.text, token.line, changed)


def _changed(text: str, tokens: list[Token], index: int, kind: str, random: Random) -> str | None:
    token = tokens[index]
    before, after = text[: token.start], text[token.end :]
    match kind:
        case "drop":
            return before + after
        case "double":
            return f"{before}{token.text} {token.text}{after}"
        case "swap" if index + 1 < len(tokens):
            following = tokens[index + 1]
            between = text[token.end : following.start]
            return before + following.text + between + token.text + text[following.end :]
        case "replace":
            return before + random.choice(tokens).text + after
        case "misspell" if token.kind == "NAME" and len(token.text) > 2:
            return before + _misspelt(token.text, random) + after
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
    """What loading the design says."""
    return load(["-"], stdin=slip.text).diagnostics.sorted()


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
