"""Tolerations, topology spread constraints, gates.

Upstream: pkg/apis/core/validation/validation.go, ValidateTolerations, validateTopologySpreadConstraints,
validateSchedulingGates (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import Cause, FieldPath, duplicate, each, invalid, not_supported, required
from kspec.api.fields import integer, maybe, maybe_text, number, text, texts
from kspec.api.validation.affinity import check_label_keys
from kspec.api.validation.meta import positive
from kspec.api.validation.names import label_value, qualified_name
from kspec.api.validation.selectors import check_label_selector
from kspec.source.tree import Object

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_ACTIONS = ("DoNotSchedule", "ScheduleAnyway")
_EMPTY_KEY = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'


def check_tolerations(at: FieldPath, tolerations: list[Object]) -> Iterator[Cause]:
    for i, toleration in enumerate(tolerations):
        here, key, operator = at.item(i), text(toleration, "key"), text(toleration, "operator")
        value, effect = text(toleration, "value"), text(toleration, "effect")
        if key:
            yield from each(here / "key", key, qualified_name(key))
        elif operator != "Exists":
            yield invalid(here / "operator", operator, _EMPTY_KEY)
        if number(toleration, "tolerationSeconds") is not None and effect != "NoExecute":
            words = "effect must be 'NoExecute' when `tolerationSeconds` is set"
            yield invalid(here / "effect", effect, words)
        if operator in ("", "Equal"):
            wrong = label_value(value)
            if wrong:
                yield invalid(here / "operator", value, ";".join(wrong))
        elif operator in ("Lt", "Gt"):
            yield not_supported(here / "operator", operator, ("Equal", "Exists", "Lt", "Gt"))
        elif operator != "Exists":
            yield not_supported(here / "operator", operator, ("Equal", "Exists"))
        elif value:
            yield invalid(here / "operator", value, "value must be empty when `operator` is 'Exists'")
        if effect and effect not in EFFECTS:
            yield not_supported(here / "effect", effect, EFFECTS)


def check_spread(at: FieldPath, constraints: list[Object]) -> Iterator[Cause]:
    """`topologySpreadConstraints`."""
    for i, constraint in enumerate(constraints):
        here, key, action = at.item(i), text(constraint, "topologyKey"), text(constraint, "whenUnsatisfiable")
        yield from positive(here / "maxSkew", integer(constraint, "maxSkew"))
        if not key:
            yield required(here / "topologyKey", "can not be empty")
        if action not in _ACTIONS:
            yield not_supported(here / "whenUnsatisfiable", action, _ACTIONS)
        if any((text(o, "topologyKey"), text(o, "whenUnsatisfiable")) == (key, action) for o in constraints[i + 1 :]):
            yield duplicate(here / "{topologyKey, whenUnsatisfiable}", f"{{{key}, {action}}}")
        yield from _min_domains(here / "minDomains", number(constraint, "minDomains"), action)
        for name in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
            policy = maybe_text(constraint, name)
            if policy is not None and policy not in ("Honor", "Ignore"):
                yield not_supported(here / name, policy, ("Honor", "Ignore"))
        selector = maybe(constraint, "labelSelector")
        yield from check_label_keys(here, texts(constraint, "matchLabelKeys"), [], selector)
        yield from check_label_selector(here / "labelSelector", selector)


def _min_domains(at: FieldPath, value: int | None, action: str) -> Iterator[Cause]:
    if value is None:
        return
    yield from positive(at, value)
    if action != "DoNotSchedule":
        yield invalid(at, value, f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}")


def check_gates(at: FieldPath, gates: list[Object]) -> Iterator[Cause]:
    """`schedulingGates`."""
    seen: set[str] = set()
    for i, gate in enumerate(gates):
        name = text(gate, "name")
        yield from each(at.item(i), name, qualified_name(name))
        if name in seen:
            yield duplicate(at.item(i), name)
        seen.add(name)


def check_readiness_gates(at: FieldPath, gates: list[Object]) -> Iterator[Cause]:
    for i, gate in enumerate(gates):
        condition = text(gate, "conditionType")
        yield from each(at.item(i) / "conditionType", condition, qualified_name(condition))
