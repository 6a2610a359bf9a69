"""Selectors as maps with tests: `{ app: web, tier in [a, b], canary absent }`."""

from __future__ import annotations

from kspec.emit.language import literals
from kspec.emit.language.part import Part
from kspec.source.tree import Json, Object, Path

Labels = dict[str, str]
_TESTS = {"In": "in", "NotIn": "!in", "Exists": "present", "DoesNotExist": "absent"}


def labels_of(value: Json) -> Labels:
    """The entries of a map of labels that are texts."""
    return {k: v for k, v in value.items() if isinstance(v, str)} if isinstance(value, dict) else {}


def only_labels(selector: Json) -> Labels | None:
    """The labels of a selector that asks for nothing else; None for any other."""
    if not isinstance(selector, dict) or set(selector) != {"matchLabels"}:
        return None
    labels = labels_of(selector["matchLabels"])
    return labels if labels and labels == selector["matchLabels"] else None


def selector_part(selector: Object, path: Path) -> Part | None:
    """A selector in its short form; None where it has none."""
    labels, expressions = selector.get("matchLabels"), selector.get("matchExpressions")
    if set(selector) - {"matchLabels", "matchExpressions"} or not (labels or expressions):
        return None
    entries: list[Part] = []
    if labels is not None:
        if not isinstance(labels, dict) or not labels or labels_of(labels) != labels:
            return None
        if set(labels) & {"matchLabels", "matchExpressions"}:
            return None
        for key, value in labels.items():
            entries.append(Part(f"{literals.key(key)}: {label(str(value))}", (*path, "matchLabels", key)))
    if expressions is not None:
        if not isinstance(expressions, list) or not expressions:
            return None
        tests = [_test(e, (*path, "matchExpressions", i)) for i, e in enumerate(expressions)]
        if any(test is None for test in tests):
            return None
        entries += [test for test in tests if test is not None]
    return Part("{", path, entries, "}", commas=True)


def _test(expression: Json, path: Path) -> Part | None:
    if not isinstance(expression, dict) or set(expression) - {"key", "operator", "values"}:
        return None
    key, word, values = expression.get("key"), _TESTS.get(str(expression.get("operator"))), expression.get("values")
    if not isinstance(key, str) or word is None:
        return None
    head = f"{literals.key(key)} {word}"
    if word in ("present", "absent"):
        return Part(head, path) if values is None else None
    if not isinstance(values, list) or not values or not all(isinstance(v, str) for v in values):
        return None
    return Part(f"{head} [{', '.join(label(str(v)) for v in values)}]", path)


def label(value: str) -> str:
    """The value of a label."""
    return literals.name(value)
