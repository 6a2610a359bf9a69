"""Every engine beside an exhaustive search of the unlowered system, on random small systems.

Run by `make fuzz`; `--cases` and `--start` choose which. No engine may contradict the search, certificates must stand
when they are checked again, and neither the order of actions and variables nor leaving nodes unmerged may matter.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from handmade.randomly import random_system
from handmade.readings import Answer, ask
from kspec.check.certify import certify
from kspec.check.explicit import search
from kspec.check.options import Engine, Options
from kspec.check.reduce import WITHOUT_SCORE, reduce_system
from kspec.check.verdict import Proved, Vacuous, Verdict, Violated
from kspec.check.verify import verify
from kspec.core.build import eq, glob
from kspec.core.lower.numbers import numbers
from kspec.core.lower.prefer import prefer
from kspec.core.property import Property, PropertyKind
from kspec.core.system import Family, System
from kspec.run.search import Limits

KINDS = (PropertyKind.INVARIANT, PropertyKind.GOAL)
DECIDES = {Engine.PORTFOLIO, Engine.SEARCH}
"""Engines that must have an answer on systems as small as these."""


def system_of(seed: int) -> System:
    """The system of a seed; every seventh asks what one thing leads to."""
    system = random_system(seed, KINDS[seed % 2], nodes=(0, 2, 3)[seed % 3])
    if seed % 7 == 0:
        (asked,) = system.properties
        owed = Property(asked.name, PropertyKind.LEADS_TO, asked.formula, premise=eq(glob("x"), 1))
        system = system.but(properties=(owed,))
    return system


def turned(system: System, seed: int) -> System:
    """The same system with its actions and variables in another order."""
    choose = Random(seed)
    actions, variables = list(system.actions), list(system.globals)
    choose.shuffle(actions)
    choose.shuffle(variables)
    return system.but(actions=tuple(actions), globals=tuple(variables))


def told(verdict: Verdict) -> str:
    """The verdict in a word; empty where it says nothing."""
    if isinstance(verdict, Violated):
        assert verdict.counterexample is not None
        return word(verdict.counterexample.shape.value)
    return "ok" if isinstance(verdict, Proved | Vacuous) else ""


def word(shape: str) -> str:
    """A goal that is not met is stuck as far as what matters to it goes, though others may go round for ever."""
    return "unmet" if shape.rstrip("!?") in ("stuck", "oscillation") else shape


def expected(system: System) -> str | None:
    """What an exhaustive search of the unlowered system says; None where that is not asked."""
    if system.properties[0].kind is PropertyKind.LEADS_TO:
        return None
    answer: Answer = ask(numbers(prefer(system, [Family.RANKING])))
    return word(answer.shape)


def faults(seed: int) -> Iterator[str]:
    """What is wrong on one system."""
    system = system_of(seed)
    right = expected(system)
    for engine in Engine:
        (verdict,) = verify(system, Options(engine=engine, seconds=20.0, depth=6))
        answer = told(verdict)
        if right is None:
            right = answer or None
        if not answer and engine in DECIDES:
            yield f"{engine.value} has no answer"
        elif answer and answer != right:
            yield f"{engine.value} says {answer}, not {right}"
        if isinstance(verdict, Proved) and verdict.certificate is not None:
            yield from (f"{engine.value}: {fault}" for fault in certify(system, "asked", verdict.certificate))
    (other,) = verify(turned(system, seed))
    if told(other) != right:
        yield f"in another order {told(other)}, not {right}"
    apart = reduce_system(system, merge=False)
    seen = search(apart.system, system.properties, Limits(60_000), WITHOUT_SCORE)
    found = seen.findings.get("asked")
    if seen.complete and (word(found.shape.value) if found else "ok") != right:
        yield "without merging nodes another answer"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=3_000)
    parser.add_argument("--start", type=int, default=10_000)
    arguments = parser.parse_args()
    tally: Counter[str] = Counter()
    for seed in range(arguments.start, arguments.start + arguments.cases):
        wrong = list(faults(seed))
        tally["WRONG" if wrong else "agreed"] += 1
        for words in wrong:
            print(f"seed {seed}: {words}", flush=True)
    print(", ".join(f"{count} {what}" for what, count in sorted(tally.items())))
    return int(tally["WRONG"] > 0)


if __name__ == "__main__":
    sys.exit(main())
