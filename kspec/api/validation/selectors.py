"""Label selectors, node selectors and topology selectors.

Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go and
pkg/apis/core/validation/validation.go, ValidateNodeSelector and following (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import Cause, FieldPath, duplicate, each, forbidden, invalid, required
from kspec.api.fields import mapping, maybe, objects, text, texts
from kspec.api.validation.meta import check_labels
from kspec.api.validation.names import dns_subdomain, label_value, qualified_name
from kspec.source.tree import Json, Object

_SET = ("In", "NotIn")
_PRESENCE = ("Exists", "DoesNotExist")


def check_label_selector(at: FieldPath, selector: Object | None) -> Iterator[Cause]:
    """A label selector, where there is one."""
    if selector is None:
        return
    yield from check_labels(at / "matchLabels", mapping(selector, "matchLabels"))
    for i, requirement in enumerate(objects(selector, "matchExpressions")):
        yield from _label_requirement((at / "matchExpressions").item(i), requirement)


def selector_is_empty(selector: Json) -> bool:
    return not mapping(selector, "matchLabels") and not objects(selector, "matchExpressions")


def selects(selector: Object | None, labels: dict[str, str]) -> bool | None:
    """Whether a selector matches labels; None where it is no selector. A missing selector matches nothing."""
    if selector is None:
        return False
    wanted, matches = mapping(selector, "matchLabels"), True
    if any(qualified_name(key) or label_value(value) for key, value in wanted.items()):
        return None
    for requirement in objects(selector, "matchExpressions"):
        key, operator, values = text(requirement, "key"), text(requirement, "operator"), texts(requirement, "values")
        if operator not in (*_SET, *_PRESENCE) or bool(values) is not (operator in _SET):
            return None
        if qualified_name(key) or any(label_value(value) for value in values):
            return None
        found = labels.get(key) in values if operator in _SET else key in labels
        matches &= found is (operator in ("In", "Exists"))
    return matches and wanted.items() <= labels.items()


def check_node_selector(at: FieldPath, selector: Object) -> Iterator[Cause]:
    """A node selector: at least one term."""
    terms = objects(selector, "nodeSelectorTerms")
    if not terms:
        yield required(at / "nodeSelectorTerms", "must have at least one node selector term")
    for i, term in enumerate(terms):
        yield from check_node_selector_term((at / "nodeSelectorTerms").item(i), term)


def check_node_selector_term(at: FieldPath, term: Object, check_values: bool = True) -> Iterator[Cause]:
    for i, requirement in enumerate(objects(term, "matchExpressions")):
        yield from _node_requirement((at / "matchExpressions").item(i), requirement, check_values)
    for i, requirement in enumerate(objects(term, "matchFields")):
        yield from _node_field_requirement((at / "matchFields").item(i), requirement)


def check_topology_terms(at: FieldPath, terms: list[Object]) -> Iterator[Cause]:
    """`allowedTopologies` of a StorageClass."""
    seen: list[dict[str, set[str]]] = [{}]  # upstream's list begins with empty entries: an empty term is a repetition
    for i, term in enumerate(terms):
        values_by_key: dict[str, set[str]] = {}
        for j, requirement in enumerate(objects(term, "matchLabelExpressions")):
            here, values = (at.item(i) / "matchLabelExpressions").item(j), texts(requirement, "values")
            if not values:
                yield required(here / "values")
            for k, value in enumerate(values):
                if value in values[:k]:
                    yield duplicate((here / "values").item(k), value)
            key = text(requirement, "key")
            yield from each(here / "key", key, qualified_name(key))
            if key in values_by_key:
                yield duplicate(here / "key", key)
            values_by_key[key] = set(values)
        if values_by_key in seen:
            yield duplicate(at.item(i) / "matchLabelExpressions", "")
        seen.append(values_by_key)


def _label_requirement(at: FieldPath, requirement: Object) -> Iterator[Cause]:
    operator, values = text(requirement, "operator"), texts(requirement, "values")
    yield from _operator(at, operator, values, _SET, _PRESENCE)
    key = text(requirement, "key")
    yield from each(at / "key", key, qualified_name(key))
    for i, value in enumerate(values):
        yield from each((at / "values").item(i), value, label_value(value))


def _operator(
    at: FieldPath, operator: str, values: list[str], sets: tuple[str, ...], presence: tuple[str, ...]
) -> Iterator[Cause]:
    if operator in sets:
        if not values:
            yield required(at / "values", "must be specified when `operator` is 'In' or 'NotIn'")
    elif operator in presence:
        if values:
            yield forbidden(at / "values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
    else:
        yield invalid(at / "operator", operator, "not a valid selector operator")


def _node_requirement(at: FieldPath, requirement: Object, check_values: bool) -> Iterator[Cause]:
    operator, values = text(requirement, "operator"), texts(requirement, "values")
    if operator in ("Gt", "Lt"):
        if len(values) != 1:
            yield required(at / "values", "must be specified single value when `operator` is 'Lt' or 'Gt'")
    else:
        yield from _operator(at, operator, values, _SET, _PRESENCE)
    key = text(requirement, "key")
    yield from each(at / "key", key, qualified_name(key))
    if check_values:
        for i, value in enumerate(values):
            yield from each((at / "values").item(i), value, label_value(value))


def _node_field_requirement(at: FieldPath, requirement: Object) -> Iterator[Cause]:
    operator, values, key = text(requirement, "operator"), texts(requirement, "values"), text(requirement, "key")
    if operator not in _SET:
        yield invalid(at / "operator", operator, "not a valid selector operator")
    elif len(values) != 1:
        yield required(
            at / "values", "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        )
    if key != "metadata.name":
        yield invalid(at / "key", key, "not a valid field selector key")
        return
    for i, value in enumerate(values):
        yield from each((at / "values").item(i), value, dns_subdomain(value))


def optional_selector(at: FieldPath, owner: Json, name: str) -> Iterator[Cause]:
    """The label selector in a field, where it is set."""
    yield from check_label_selector(at / name, maybe(owner, name))
