"""Broken texts: programs and models with something changed, soups of tokens, random bytes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from syntax.generate import grammar

from kspec.elaborate import load
from kspec.source.text import SourceFile
from kspec.syntax import nodes, parse
from kspec.syntax.format import format_source

MODELS = [p.read_text(encoding="utf-8") for p in sorted((Path(__file__).parents[2] / "models").rglob("*.kspec"))]
_SIGNS = "{}[]()<>=:;,.@#$%&|^~!?*+-/\\\"'`_0aé“”–\u200b\ufeff\x00\t\r\n "
_ODD = [*_SIGNS, '"""', "${", "//", "/*", "- ", "{{", "}}", ":=", ".."]


def soup(random: Random) -> str:
    """Tokens of the language in any order."""
    samples = grammar().samples
    kinds = random.choices(list(samples), k=random.randint(1, 60))
    return "".join(random.choice(samples[kind]) + random.choice(["", " ", " ", "\n"]) for kind in kinds)


def noise(random: Random) -> str:
    """Random bytes, as they are decoded."""
    return random.randbytes(random.randint(0, 200)).decode(random.choice(["utf-8", "latin-1"]), errors="replace")


def odd(random: Random) -> str:
    """Characters that mean something somewhere."""
    return "".join(random.choices(_ODD, k=random.randint(0, 120)))


def changed(random: Random) -> str:
    """A program or a piece of a model with a few places changed."""
    if random.random() < 0.5:
        text = grammar().program(random, random.choice([10, 40, 120]))
    else:
        model = random.choice(MODELS)
        start = random.randrange(len(model))
        text = model[start : start + random.choice([200, 1000])]
    for _ in range(random.randint(1, 4)):
        at = random.randint(0, len(text))
        stop = min(len(text), at + random.choice([0, 1, 1, 5, 30]))
        match random.randrange(4):
            case 0:
                text = text[:at] + text[stop:]
            case 1:
                text = text[:at] + random.choice(_ODD) + text[at:]
            case 2:
                text = text[:at] + text[at:stop] * 2 + text[stop:]
            case _:
                text = text[:at] + random.choice(_ODD) + text[stop:]
    return text


KINDS: tuple[Callable[[Random], str], ...] = (changed, changed, changed, soup, odd, noise)


def text_of(seed: int) -> str:
    """The broken text of a seed."""
    random = Random(seed)
    return random.choice(KINDS)(random)


def examine(text: str) -> float:
    """Read, format and load a text, check what comes out, and return the seconds that reading took."""
    source = SourceFile("fuzz.kspec", text)
    begun = time.process_time()
    parsed = parse(source)
    seconds = time.process_time() - begun
    assert parsed.file is not None or parsed.diagnostics
    for diagnostic in parsed.diagnostics:
        span = diagnostic.span
        assert span is not None
        assert (span.line, span.column) <= (span.end_line, span.end_column)
        assert 1 <= span.line <= len(source.lines)
        assert 1 <= span.column <= len(source.line(span.line)) + 2
        assert diagnostic.message
    formatted = format_source(source)
    if not parsed.diagnostics:
        again = SourceFile("fuzz.kspec", formatted.text)
        assert parse(again).file == parsed.file
        assert format_source(again).text == formatted.text
    else:
        assert formatted.text == text
    assert parsed.file is None or isinstance(parsed.file, nodes.File)
    loaded = load(["-"], stdin=text)
    assert loaded.design is not None or loaded.diagnostics
    return seconds


GROWING: dict[str, Callable[[int], str]] = {
    "fields": lambda n: "x { a: 1 }\n" * n,
    "mistakes": lambda n: "x { a = 1 }\n" * n,
    "dots": lambda n: "let x = a" + ".a" * n,
    "numbers": lambda n: "let x = 1" + ".1" * n,
    "dashes": lambda n: "let x = a" + "-a" * n,
    "open quotes": lambda n: 'a: "b\n' * n,
    "open blocks of text": lambda n: 'a: """b\n' * n,
    "holes": lambda n: '"${' * n,
    "dollars": lambda n: 'a: "' + "$" * n + '"',
    "words before blanks": lambda n: ("for" + " " * 40) * n,
    "open braces": lambda n: "a {\n" * n,
    "closing braces": lambda n: "}" * n,
    "commas": lambda n: "," * n,
    "colons": lambda n: ":" * n,
    "signs": lambda n: "let x = " + "-" * n,
    "slashes": lambda n: "/" * n,
    "yaml": lambda n: "a:\n  b:\n  - c: d\n" * n,
    "one long word": lambda n: "a" * n,
    "comments": lambda n: "# a\n" * n,
    "stars": lambda n: "* " * n,
    "curly quotes": lambda n: "“" * n,
    "names": lambda n: "a " * n,
    "texts": lambda n: '"a" ' * n,
    "list": lambda n: "let x = [" + "1, " * n + "]",
    "long list, not closed": lambda n: "let x = [" + "1, " * n,
    "sync": lambda n: "component a { sync { " + "action b { }\n" * n + "} }",
}
"""Texts of any length that might make a careless reader slow."""


def growth(family: str, size: int) -> tuple[float, float]:
    """Seconds for a text of a size, and for one eight times as long."""

    def seconds(n: int) -> float:
        source = SourceFile("fuzz.kspec", GROWING[family](n))
        begun = time.process_time()
        parse(source)
        return time.process_time() - begun

    return seconds(size), seconds(8 * size)
