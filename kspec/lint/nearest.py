"""The nearest match, for messages that say what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from kspec.domain.labels import LabelSelector
from kspec.lint.sources import PodSource

_A_SLIP = 0.84
_SHOWN = 6


def did_you_mean(name: str, names: Iterable[str]) -> str | None:
    """`did you mean "web"?`, or what there is, or nothing."""
    known = sorted(set(names))
    close = next((other for other in get_close_matches(name, known) if _differ_little(name, other)), None)
    if close is not None:
        return f'did you mean "{close}"?'
    return f"there is {listed(known)}" if known else None


def _differ_little(one: str, other: str) -> bool:
    """Whether the words in which two names differ are alike, or one has some more: `a-redis` is no `a-secret`."""
    ours, theirs = one.split("-"), other.split("-")
    while ours and theirs and ours[0] == theirs[0]:
        ours, theirs = ours[1:], theirs[1:]
    while ours and theirs and ours[-1] == theirs[-1]:
        ours, theirs = ours[:-1], theirs[:-1]
    rest, others = "-".join(ours), "-".join(theirs)
    return not rest or not others or bool(get_close_matches(rest, [others], 1))


def slip(name: str, names: Iterable[str]) -> str | None:
    """The name of which `name` is so likely a misspelling that the two can hardly be different things."""
    close = get_close_matches(name, sorted(set(names)), 1, _A_SLIP)
    return close[0] if close else None


def listed(names: Iterable[object], shown: int = _SHOWN) -> str:
    """`a, b, c and 4 more`."""
    found = [str(n) for n in names]
    rest = len(found) - shown
    return ", ".join(found[:shown]) + (f" and {rest} more" if rest > 0 else "")


def nearest_pods(labels: Mapping[str, str], namespace: str, pods: Iterable[PodSource]) -> str | None:
    """Which pods a selector misses by least, and by what."""

    def missed(pod: PodSource) -> list[str]:
        return [k for k, v in labels.items() if pod.labels.get(k) != v]

    known = list(pods)
    here = [p for p in known if p.namespace == (namespace or "default") and len(missed(p)) < len(labels)]
    elsewhere = [p for p in known if not missed(p)]
    if elsewhere:
        return f"{elsewhere[0]} has these labels, in namespace {elsewhere[0].namespace}"
    if not here:
        return nearest_value(labels, namespace, known)
    best = min(here, key=lambda p: len(missed(p)))
    return f"the pods of {best} carry {_difference(labels, best)}"


def nearest_value(labels: Mapping[str, str], namespace: str, pods: Iterable[PodSource]) -> str | None:
    """Where no label fits: the pods whose value for one of the keys is most like the one that was written."""
    near = {
        pod.labels[key]: pod
        for pod in pods
        for key in labels
        if key in pod.labels and pod.namespace == (namespace or "default")
    }
    for value in labels.values():
        close = get_close_matches(value, sorted(near), 1)
        if close:
            return f"the pods of {near[close[0]]} carry {_difference(labels, near[close[0]])}"
    for key in labels:
        values = {pod.labels[key] for pod in near.values() if key in pod.labels}
        if values:
            return f"{key} is {listed(sorted(values))} in this namespace"
    return None


def _difference(labels: Mapping[str, str], pod: PodSource) -> str:
    wrong = [(k, v) for k, v in labels.items() if pod.labels.get(k) != v]
    return ", ".join(f"{k}={pod.labels.get(k, '(none)')} instead of {v}" for k, v in wrong)


def spelled(selector: LabelSelector) -> str:
    """A selector as kubectl writes it."""
    parts = [f"{k}={v}" for k, v in selector.match_labels.items()]
    for r in selector.match_expressions:
        values = f" ({', '.join(r.values)})" if r.values else ""
        parts.append(f"{r.key} {r.operator}{values}")
    return ", ".join(parts) or "everything"
