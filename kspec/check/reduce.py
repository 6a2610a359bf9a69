"""The passes a system goes through before an engine reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from kspec.core.lower.caps import without_idle_limits
from kspec.core.lower.cone import cone
from kspec.core.lower.constants import constants
from kspec.core.lower.flatten import flatten
from kspec.core.lower.merge import merge_nodes
from kspec.core.lower.numbers import numbers
from kspec.core.lower.prefer import numbered, prefer
from kspec.core.lower.settle import settle
from kspec.core.lower.split import split_representatives
from kspec.core.lower.sums.maymust import many_nodes, may_must
from kspec.core.lower.sums.view import View
from kspec.core.lower.uniform import uniform
from kspec.core.system import Action, ActionKind, Family, System
from kspec.elaborate.behaviour.disturbances import COUNTED

WITHOUT_SCORE = (Family.RANKING,)
WITH_SCORE = (Family.RANKING, Family.SCORE)


@dataclass(frozen=True, slots=True)
class Reduced:
    """A system as small as exactness allows."""

    system: System
    families: tuple[Family, ...]
    """The preferences in force."""
    dead: tuple[str, ...]
    """Disturbances that can never happen."""


def reduce_system(system: System, families: Iterable[Family] = WITHOUT_SCORE, merge: bool = True) -> Reduced:
    """Numbers, representatives, constants, merged nodes, cone of influence."""
    chosen = tuple(families)
    live = constants(uniform(split_representatives(numbers(prefer(numbered(system), chosen)))))
    if merge:
        live = constants(merge_nodes(without_idle_limits(live)))
    kept = disturbances(live.actions)
    dead = tuple(words for which, words in disturbances(system.actions).items() if which not in kept)
    return Reduced(cone(live), chosen, dead)


def disturbances(actions: Iterable[Action]) -> dict[str, str]:
    """The disturbances among some actions, each with words for it.

    All ways in which one of them may strike count it down together: `evict(any pod)` has happened once any pod was
    evicted, though none that was starting.
    """
    labels: dict[str, list[str]] = {}
    for action in actions:
        if action.kind is ActionKind.ENVIRONMENT:
            which = next((name for name in action.globals if name.startswith(COUNTED)), action.label)
            labels.setdefault(which, []).append(action.label)
    return {which: _shared(found) for which, found in labels.items()}


def _shared(labels: Sequence[str]) -> str:
    """The words with which all of them begin."""
    alike = takewhile(lambda words: len(set(words)) == 1, zip(*(label.split() for label in labels), strict=False))
    return " ".join(words[0] for words in alike)


def flat_systems(reduced: System, most: int = 12) -> list[System]:
    """Flat readings of a reduced system for proofs, the most promising first.

    Exact where every class is merged or has a small fixed size; else sums only, which prove but do not refute; and
    explicit nodes last, where there are no more than `most` of them.
    """
    settled = settle(reduced)
    found = []
    many = many_nodes(settled)
    sums = may_must(settled, View(many)) if many or settled.strewn else None
    if sums is not None and (flat := flatten(sums)) is not None:
        found.append(constants(flat))
    nodes = sum((c.fixed_size or 0) for c in settled.classes if not c.merged)
    if not settled.strewn and nodes <= most and (flat := flatten(settled)) is not None:
        found.append(constants(flat))
    return found
