"""The nearest match, for messages that say what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from kspec.domain.labels import LabelSelector
from kspec.lint.index import PodSource


def did_you_mean(name: str, names: Iterable[str]) -> str | None:
    """`did you mean "web"?`, or what there is, or nothing."""
    known = sorted(set(names))
    close = get_close_matches(name, known, 1)
    if close:
        return f'did you mean "{close[0]}"?'
    return f"there is {', '.join(known[:6])}" if known else None


def nearest_pods(labels: Mapping[str, str], namespace: str, pods: Iterable[PodSource]) -> str | None:
    """Which pods a selector misses by least, and by what."""

    def missed(pod: PodSource) -> list[str]:
        return [k for k, v in labels.items() if pod.labels.get(k) != v]

    here = [p for p in pods if p.namespace == (namespace or "default") and len(missed(p)) < len(labels)]
    if not here:
        elsewhere = [p for p in pods if all(p.labels.get(k) == v for k, v in labels.items())]
        if elsewhere:
            return f"{elsewhere[0]} has these labels, in namespace {elsewhere[0].namespace}"
        return None
    best = min(here, key=lambda p: len(missed(p)))
    wrong = ", ".join(f"{k}={best.labels.get(k, '(none)')} instead of {labels[k]}" for k in missed(best))
    return f"the pods of {best} carry {wrong}"


def spelled(selector: LabelSelector) -> str:
    """A selector as kubectl writes it."""
    parts = [f"{k}={v}" for k, v in selector.match_labels.items()]
    for r in selector.match_expressions:
        values = f" ({', '.join(r.values)})" if r.values else ""
        parts.append(f"{r.key} {r.operator}{values}")
    return ", ".join(parts) or "everything"
