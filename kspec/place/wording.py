"""How requirements speak: amounts, selectors, terms and lists in the user's words."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from kspec.domain.labels import LabelSelector, Requirement
from kspec.domain.node import HOSTNAME, REGION, ZONE, Taint
from kspec.domain.pod import NodeSelector, PodAffinityTerm
from kspec.domain.quantity import Format, Quantity

_BYTES = ("memory", "ephemeral-storage", "storage")
_PLACES = {HOSTNAME: "host", ZONE: "zone", REGION: "region"}


def amount(resource: str, value: int) -> str:
    """`500m`, `1.5Gi`, `4`: an amount in the scheduler's units as a manifest would write it."""
    if resource == "cpu":
        return f"{value}m" if value < 1000 else f"{value / 1000:.3f}".rstrip("0").rstrip(".")
    if resource in _BYTES or resource.startswith("hugepages-"):
        return _bytes(value)
    return str(value)


def quantity(resource: str, value: int) -> str:
    """`2.5 cpu`, `4Gi memory`, `room for 3 pods`."""
    return f"room for {plural(value, 'pod')}" if resource == "pods" else f"{amount(resource, value)} {resource}"


def _bytes(value: int) -> str:
    """In the largest unit that needs two decimals at most."""
    for power, suffix in ((4, "Ti"), (3, "Gi"), (2, "Mi"), (1, "Ki")):
        hundredths = Fraction(100 * value, 1024**power)
        if value >= 1024**power and hundredths.denominator == 1:
            return f"{float(hundredths / 100):.2f}".rstrip("0").rstrip(".") + suffix
    return str(Quantity(Fraction(value), Format.BINARY_SI))


def place(key: str) -> str:
    """`host`, `zone`, `region`, or the label key itself."""
    return _PLACES.get(key, key)


def some(names: Sequence[str], limit: int = 3) -> str:
    """`a, b and c`, or `a, b, c and 7 more`."""
    if len(names) <= 1:
        return "".join(names)
    if len(names) <= limit:
        return f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{', '.join(names[:limit])} and {len(names) - limit} more"


def plural(count: int, noun: str) -> str:
    """`1 node`, `3 nodes`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def requirement(r: Requirement) -> str:
    """`tier In (a, b)`."""
    return f"{r.key} {r.operator} ({', '.join(r.values)})" if r.values else f"{r.key} {r.operator}"


def labels(wanted: dict[str, str]) -> str:
    return ", ".join(f"{k}={v}" for k, v in wanted.items())


def selector(s: LabelSelector | None) -> str:
    """The pods a selector means."""
    if s is None:
        return "no pod"
    parts = [labels(s.match_labels)] if s.match_labels else []
    return ", ".join([*parts, *(requirement(r) for r in s.match_expressions)]) or "every pod"


def node_selector(s: NodeSelector) -> str:
    """The nodes that a node selector means."""
    terms = [
        " and ".join(requirement(r) for r in (*t.match_expressions, *t.match_fields)) for t in s.node_selector_terms
    ]
    return " or ".join(t or "nothing" for t in terms) or "nothing"


def taint(t: Taint) -> str:
    """`dedicated=gpu:NoSchedule`."""
    return f"{t.key}={t.value}:{t.effect}" if t.value else f"{t.key}:{t.effect}"


def term(t: PodAffinityTerm) -> str:
    """`pods with app=web in the same zone`."""
    return f"pods with {selector(t.label_selector)} in the same {place(t.topology_key)}"
