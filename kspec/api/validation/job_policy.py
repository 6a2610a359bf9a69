"""Pod failure policies and success policies of Jobs.

Upstream: pkg/apis/batch/validation/validation.go, validatePodFailurePolicy, validateSuccessPolicy (v1.36).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kspec.api.cause import (
    Cause,
    FieldPath,
    duplicate,
    each,
    go_list,
    invalid,
    invalid_unsaid,
    not_supported,
    required,
    too_long,
    too_many,
)
from kspec.api.fields import integer, integers, maybe, maybe_text, number, objects, text
from kspec.api.validation.meta import not_negative
from kspec.api.validation.names import qualified_name
from kspec.source.tree import Object

_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
_STATUSES = ("False", "True", "Unknown")


def check_failure_policy(at: FieldPath, spec: Object, policy: Object) -> Iterator[Cause]:
    rules = objects(policy, "rules")
    if len(rules) > 20:
        yield too_many(at / "rules", len(rules), 20)
    names = {text(c, "name") for f in ("containers", "initContainers") for c in objects(spec, "template", "spec", f)}
    for i, rule in enumerate(rules):
        here, action = (at / "rules").item(i), text(rule, "action")
        codes, conditions = maybe(rule, "onExitCodes"), objects(rule, "onPodConditions")
        if not action:
            yield required(here / "action", f"valid values: {go_list(_ACTIONS)}")
        elif action == "FailIndex":
            if number(spec, "backoffLimitPerIndex") is None:
                yield invalid(here / "action", action, "requires the backoffLimitPerIndex to be set")
        elif action not in _ACTIONS:
            yield not_supported(here / "action", action, _ACTIONS)
        if codes is not None:
            yield from _exit_codes(here / "onExitCodes", codes, names)
        if conditions:
            yield from _conditions(here / "onPodConditions", conditions)
        if codes is not None and conditions:
            yield invalid_unsaid(here, "specifying both OnExitCodes and OnPodConditions is not supported")
        if codes is None and not conditions:
            yield invalid_unsaid(here, "specifying one of OnExitCodes and OnPodConditions is required")


def _conditions(at: FieldPath, patterns: list[Object]) -> Iterator[Cause]:
    if len(patterns) > 20:
        yield too_many(at, len(patterns), 20)
    for i, pattern in enumerate(patterns):
        kind, status = text(pattern, "type"), text(pattern, "status")
        yield from each(at.item(i) / "type", kind, qualified_name(kind))
        if not status:
            yield required(at.item(i) / "status", f"valid values: {go_list(_STATUSES)}")
        elif status not in _STATUSES:
            yield not_supported(at.item(i) / "status", status, _STATUSES)


def _exit_codes(at: FieldPath, codes: Object, names: set[str]) -> Iterator[Cause]:
    operator, values, container = text(codes, "operator"), integers(codes, "values"), maybe_text(codes, "containerName")
    if not operator:
        yield required(at / "operator", f"valid values: {go_list(('In', 'NotIn'))}")
    elif operator not in ("In", "NotIn"):
        yield not_supported(at / "operator", operator, ("In", "NotIn"))
    if container is not None and container not in names:
        words = "must be one of the container or initContainer names in the pod template"
        yield invalid(at / "containerName", container, words)
    if not values:
        yield invalid(at / "values", codes.get("values"), "at least one value is required")
    elif len(values) > 255:
        yield too_many(at / "values", len(values), 255)
    for i, value in enumerate(values):
        here = (at / "values").item(i)
        if operator == "In" and value == 0:
            yield invalid(here, value, "must not be 0 for the In operator")
        if value in values[:i]:
            yield duplicate(here, value)
    if values != sorted(values):
        yield invalid(at / "values", list(values), "must be ordered")


def check_success_policy(at: FieldPath, spec: Object, policy: Object) -> Iterator[Cause]:
    rules = objects(policy, "rules")
    if not rules:
        yield required(at / "rules", "at least one rules must be specified when the successPolicy is specified")
    if len(rules) > 20:
        yield too_many(at / "rules", len(rules), 20)
    for i, rule in enumerate(rules):
        yield from _success_rule((at / "rules").item(i), rule, integer(spec, "completions"))


def _success_rule(at: FieldPath, rule: Object, completions: int) -> Iterator[Cause]:
    count, indexes = number(rule, "succeededCount"), maybe_text(rule, "succeededIndexes")
    if count is None and indexes is None:
        yield required(at, "at least one of succeededCount or succeededIndexes must be specified")
    total = 0
    if indexes is not None:
        if len(indexes) > 64 * 1024:
            yield too_long(at / "succeededIndexes", 64 * 1024)
        try:
            total = count_indexes(indexes, completions)
        except ValueError as error:
            yield invalid(at / "succeededIndexes", indexes, f"error parsing succeededIndexes: {error}")
    if count is not None:
        here = at / "succeededCount"
        yield from not_negative(here, count)
        if count > completions:
            words = f"must be less than or equal to {completions} (the number of specified completions)"
            yield invalid(here, count, words)
        if indexes is not None and count > total:
            words = (
                f"must be less than or equal to {total} (the number of indexes in the specified succeededIndexes field)"
            )
            yield invalid(here, count, words)


def count_indexes(text: str, completions: int) -> int:
    """How many indexes `1,3-5` names. Raises `ValueError` with upstream's words."""
    last, total = -1, 0
    for interval in text.split(",") if text else ():
        ends = interval.split("-")
        if len(ends) > 2:
            words = "violates the requirement that an index interval can have at most two parts separated by '-'"
            raise ValueError(f'the fragment "{interval}" {words}')
        numbers = [_index(end, completions) for end in ends]
        low, high = numbers[0], numbers[-1]
        if len(numbers) == 2 and low >= high:
            raise ValueError(f"non-increasing order, previous: {low}, current: {high}")
        if last >= low:
            raise ValueError(f"non-increasing order, previous: {last}, current: {low}")
        last, total = high, total + high - low + 1
    return total


def _index(text: str, completions: int) -> int:
    if not re.fullmatch(r"[+]?\d+", text, re.ASCII):
        raise ValueError(f'cannot convert string to integer for index: "{text}"')
    if int(text) >= completions:
        raise ValueError(f'too large index: "{text}"')
    return int(text)
