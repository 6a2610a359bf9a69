"""Random programs, derived from the grammar itself: whatever the language can say turns up."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

from kspec.syntax.grammar import lark_parser

_SAMPLES = {
    "NAME": ["a", "web", "db-primary", "x1", "replicas", "image", "Pending", "_", "in-use", "kubernetes"],
    "NUMBER": ["0", "3", "250m", "1.5Gi", "70%", "1h30m", "1e3"],
    "STRING": ['""', '"x"', "'raw $ \"'", '"web:${tag}"', '"${f("a")}/${b + 1}"', '"$$ \\" \\n"', '"a # b"'],
    "TEXT": ['"""x"""', '"""\n    one ${a}\n\n      two\n    """'],
    "REF": ["deployment/web", "hpa/web.replicas"],
    "QNAME": ["nvidia.com/gpu", "app.kubernetes.io/name", "cert-manager.io/v1"],
    "ASSIGN": [":=", "+=", "-="],
    "COMPARE": ["==", "!=", "<=", ">=", "<", ">"],
    "ADD": ["+", "-"],
    "MULTIPLY": ["*", "/"],
    "_NOT_IN": ["!in"],
}
_BLANKS = [" "] * 12 + ["  ", "\n", "\n", "\n  ", "\n\n", "\n\n\n", "  # remark\n", "\n# alone\n", "\t", "\r\n", ";"]


class Grammar:
    """The productions of the grammar, with the size of the smallest text each symbol can become."""

    def __init__(self) -> None:
        lark = lark_parser()
        self.rules: dict[str, list[list[Any]]] = {}
        for rule in lark.rules:
            self.rules.setdefault(rule.origin.name, []).append(rule.expansion)
        self.samples = dict(_SAMPLES)
        for terminal in lark.terminals:
            if terminal.name not in self.samples:
                self.samples[terminal.name] = _words(terminal.pattern)
        self.least = self._least()

    def _least(self) -> dict[str, int]:
        least = dict.fromkeys(self.samples, 1) | dict.fromkeys(self.rules, 10**6)
        changed = True
        while changed:
            changed = False
            for name, expansions in self.rules.items():
                size = min(sum(least[s.name] for s in e) for e in expansions) + 1
                if size < least[name]:
                    least[name], changed = size, True
        return least

    def derive(self, random: Random, start: str, budget: int) -> list[str]:
        """The tokens of a random derivation of about `budget` tokens."""
        out: list[str] = []
        stack: list[str] = [start]
        while stack:
            symbol = stack.pop()
            if symbol in self.samples:
                out.append(random.choice(self.samples[symbol]))
                continue
            expansions = self.rules[symbol]
            if len(out) + len(stack) >= budget:
                smallest = min(sum(self.least[s.name] for s in e) for e in expansions)
                expansions = [e for e in expansions if sum(self.least[s.name] for s in e) == smallest]
            stack.extend(s.name for s in reversed(random.choice(expansions)))
        return out

    def program(self, random: Random, budget: int = 60, start: str = "start") -> str:
        """A random text: tokens with random blanks, line breaks and comments between them."""
        tokens = self.derive(random, start, budget)
        return "".join(token + random.choice(_BLANKS) for token in tokens) + random.choice(["", "\n"])


def _words(pattern: Any) -> list[str]:
    if type(pattern).__name__ == "PatternStr":
        return [pattern.value]
    words: list[str] = pattern.value.split("(?!")[0].strip("()?:").split("|")
    return words


@cache
def grammar() -> Grammar:
    """The grammar, read once."""
    return Grammar()
