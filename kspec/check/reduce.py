"""The passes a system goes through before an engine reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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
from kspec.core.system import ActionKind, Family, System

WITHOUT_SCORE = (Family.RANKING,)
WITH_SCORE = (Family.RANKING, Family.SCORE)


@dataclass(frozen=True, slots=True)
class Reduced:
    """A system as small as exactness allows."""

    system: System
    families: tuple[Family, ...]
    """The preferences in force."""
    dead: tuple[str, ...]
    """Labels of disturbances that can never happen."""


def reduce_system(system: System, families: Iterable[Family] = WITHOUT_SCORE, merge: bool = True) -> Reduced:
    """Numbers, representatives, constants, merged nodes, cone of influence."""
    chosen = tuple(families)
    live = constants(uniform(split_representatives(numbers(prefer(numbered(system), chosen)))))
    if merge:
        live = constants(merge_nodes(live))
    kept = set(disturbances(live))
    return Reduced(cone(live), chosen, tuple(label for label in disturbances(system) if label not in kept))


def disturbances(system: System) -> list[str]:
    """The labels of environment actions."""
    return list(dict.fromkeys(a.label for a in system.actions if a.kind is ActionKind.ENVIRONMENT))


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
