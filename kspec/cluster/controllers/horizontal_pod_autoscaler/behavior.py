"""How fast a target may grow and shrink: stabilization windows and policies.

Upstream: pkg/controller/podautoscaler/horizontal.go (`normalizeDesiredReplicas`,
`normalizeDesiredReplicasWithBehaviors`) (v1.36). Without a behavior, what was recommended within five minutes counts
when it goes down, and a target at most doubles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import ceil

from kspec.api.fields import integer, maybe, obj, objects, text
from kspec.cluster.controllers.horizontal_pod_autoscaler.replicas import Tolerance
from kspec.domain.quantity import Quantity
from kspec.source.tree import Object

_DOWNSCALE_WINDOW = 300.0
_LEAST_LIMIT, _FACTOR = 4, 2
_HUGE = 2**31 - 1
READY = ("ReadyForNewScale", "recommended size matches current size")
_LOWER = (
    "ScaleUpStabilized",
    "recent recommendations were lower than current one, applying the lowest recent recommendation",
)
_HIGHER = (
    "ScaleDownStabilized",
    "recent recommendations were higher than current one, applying the highest recent recommendation",
)
WITHIN = ("DesiredWithinRange", "the desired count is within the acceptable range")
_TOO_MANY = ("TooManyReplicas", "the desired replica count is more than the maximum replica count")
_TOO_FEW = ("TooFewReplicas", "the desired replica count is less than the minimum replica count")
_TOO_FAST = ("ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate")
_TOO_FAST_DOWN = ("ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate")
Why = tuple[str, str]
"""A reason and a message."""


@dataclass(slots=True)
class Memory:
    """What was recommended, and what was done; with the moments, in seconds."""

    recommended: list[tuple[float, int]] = field(default_factory=list)
    added: list[tuple[float, int]] = field(default_factory=list)
    removed: list[tuple[float, int]] = field(default_factory=list)

    def note_change(self, before: int, after: int, now: float) -> None:
        (self.added if after > before else self.removed).append((now, abs(after - before)))


@dataclass(frozen=True, slots=True)
class Normalized:
    """The number to go to; `stable` is about windows, `limited` about limits, None where they change nothing."""

    replicas: int
    stable: Why
    within: Why
    limited: bool


def normalized(
    spec: Object, memory: Memory, current: int, desired: int, least: int, most: int, now: float
) -> Normalized:
    behavior = maybe(spec, "behavior")
    if behavior is None:
        stable = _highest(memory, desired, now)
        why = READY if stable == desired else _HIGHER
        allowed, within = _by_default(current, stable, least, most)
    else:
        stable = _stabilized(behavior, memory, current, desired, now)
        why = READY if stable == desired else _LOWER if desired >= current else _HIGHER
        allowed, within = _by_policies(behavior, memory, current, stable, least, most, now)
    return Normalized(allowed, why, within, limited=allowed != stable)


def tolerance_of(spec: Object) -> Tolerance:
    """The behavior's own tolerances, or the usual ones."""
    behavior = obj(spec, "behavior")

    def share(direction: str) -> float:
        given = obj(behavior, direction).get("tolerance")
        return float(Quantity.parse(given).amount) if isinstance(given, str | int | float) else 0.1

    return Tolerance(share("scaleUp"), share("scaleDown"))


# -- without a behavior ------------------------------------------------------------------------------------------------


def _highest(memory: Memory, desired: int, now: float) -> int:
    """The highest recommendation of the last five minutes, which this one is remembered in."""
    memory.recommended = [(at, n) for at, n in memory.recommended if at >= now - _DOWNSCALE_WINDOW]
    highest = max([desired, *(n for _, n in memory.recommended)])
    memory.recommended.append((now, desired))
    return highest


def _by_default(current: int, desired: int, least: int, most: int) -> tuple[int, Why]:
    limit = max(_FACTOR * current, _LEAST_LIMIT)
    if desired < least:
        return least, _TOO_FEW
    if desired > min(limit, most):
        return min(limit, most), _TOO_FAST if most > limit else _TOO_MANY
    return desired, WITHIN


# -- with one ----------------------------------------------------------------------------------------------------------


def _stabilized(behavior: Object, memory: Memory, current: int, desired: int, now: float) -> int:
    """The number within the lowest recommendation of the one window and the highest of the other."""
    up, down = (_window(obj(behavior, name), now) for name in ("scaleUp", "scaleDown"))
    lowest = min([desired, *(n for at, n in memory.recommended if at > up)])
    highest = max([desired, *(n for at, n in memory.recommended if at > down)])
    memory.recommended = [(at, n) for at, n in memory.recommended if at > min(up, down)]
    memory.recommended.append((now, desired))
    return min(max(current, lowest), highest)


def _window(rules: Object, now: float) -> float:
    return now - integer(rules, "stabilizationWindowSeconds")


def _by_policies(
    behavior: Object, memory: Memory, current: int, desired: int, least: int, most: int, now: float
) -> tuple[int, Why]:
    if desired > current:
        limit = max(_up_limit(obj(behavior, "scaleUp"), memory, current, now), current)
        if desired > min(most, limit):
            return min(most, limit), _TOO_FAST if most > limit else _TOO_MANY
    elif desired < current:
        limit = min(_down_limit(obj(behavior, "scaleDown"), memory, current, now), current)
        if desired < max(least, limit):
            return max(least, limit), _TOO_FAST_DOWN if least < limit else _TOO_FEW
    return desired, WITHIN


def _up_limit(rules: Object, memory: Memory, current: int, now: float) -> int:
    return _limit(rules, memory, current, now, lambda start, kind, value: _grown(start, kind, value), max, min)


def _down_limit(rules: Object, memory: Memory, current: int, now: float) -> int:
    return _limit(rules, memory, current, now, lambda start, kind, value: _shrunk(start, kind, value), min, max)


def _grown(start: int, kind: str, value: int) -> int:
    return start + value if kind == "Pods" else ceil(start * (1 + value / 100))


def _shrunk(start: int, kind: str, value: int) -> int:
    return start - value if kind == "Pods" else int(start * (1 - value / 100))


def _limit(
    rules: Object,
    memory: Memory,
    current: int,
    now: float,
    proposed: Callable[[int, str, int], int],
    widest: Callable[[Iterable[int]], int],
    narrowest: Callable[[Iterable[int]], int],
) -> int:
    """What the policies allow from the size at the beginning of each one's period."""
    select = text(rules, "selectPolicy")
    if select == "Disabled":
        return current
    limits = []
    for policy in objects(rules, "policies"):
        since = now - integer(policy, "periodSeconds")
        added, removed = (sum(n for at, n in events if at > since) for events in (memory.added, memory.removed))
        limits.append(proposed(current - added + removed, text(policy, "type"), integer(policy, "value")))
    if not limits:
        return widest([_HUGE, -_HUGE])
    return narrowest(limits) if select == "Min" else widest(limits)
