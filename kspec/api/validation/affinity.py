"""Node affinity, pod affinity and pod anti-affinity.

Upstream: pkg/apis/core/validation/validation.go, validateAffinity and following (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import Cause, FieldPath, each, forbidden, invalid, required
from kspec.api.fields import integer, mapping, maybe, obj, objects, text, texts
from kspec.api.validation.names import dns_label, qualified_name
from kspec.api.validation.selectors import check_label_selector, check_node_selector, check_node_selector_term
from kspec.source.tree import Object

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def check_affinity(at: FieldPath, affinity: Object | None) -> Iterator[Cause]:
    if affinity is None:
        return
    node = maybe(affinity, "nodeAffinity")
    if node is not None:
        yield from _node_affinity(at / "nodeAffinity", node)
    for name in ("podAffinity", "podAntiAffinity"):
        pods = obj(affinity, name)
        for i, term in enumerate(objects(pods, REQUIRED)):
            yield from _pod_term((at / name / REQUIRED).item(i), term)
        for i, weighted in enumerate(objects(pods, PREFERRED)):
            here = (at / name / PREFERRED).item(i)
            yield from _weight(here, weighted)
            yield from _pod_term(here / "podAffinityTerm", obj(weighted, "podAffinityTerm"))


def _node_affinity(at: FieldPath, node: Object) -> Iterator[Cause]:
    selector = maybe(node, REQUIRED)
    if selector is not None:
        yield from check_node_selector(at / REQUIRED, selector)
    for i, weighted in enumerate(objects(node, PREFERRED)):
        here = (at / PREFERRED).item(i)
        yield from _weight(here, weighted)
        yield from check_node_selector_term(here / "preference", obj(weighted, "preference"), check_values=False)


def _weight(at: FieldPath, weighted: Object) -> Iterator[Cause]:
    weight = integer(weighted, "weight")
    if not 1 <= weight <= 100:
        yield invalid(at / "weight", weight, "must be in the range 1-100")


def _pod_term(at: FieldPath, term: Object) -> Iterator[Cause]:
    for name in ("labelSelector", "namespaceSelector"):
        yield from check_label_selector(at / name, maybe(term, name))
    for namespace in texts(term, "namespaces"):
        yield from each(at / "namespace", namespace, dns_label(namespace))
    keys, mismatched = texts(term, "matchLabelKeys"), texts(term, "mismatchLabelKeys")
    yield from check_label_keys(at, keys, mismatched, maybe(term, "labelSelector"))
    topology = text(term, "topologyKey")
    if not topology:
        yield required(at / "topologyKey", "can not be empty")
    yield from each(at / "topologyKey", topology, qualified_name(topology))


def check_label_keys(at: FieldPath, keys: list[str], mismatched: list[str], selector: Object | None) -> Iterator[Cause]:
    """`matchLabelKeys` and `mismatchLabelKeys`, against the selector that they refine."""
    for name, given in (("matchLabelKeys", keys), ("mismatchLabelKeys", mismatched)):
        if given and selector is None:
            yield forbidden(at / name, "must not be specified when labelSelector is not set")
        elif given:
            for i, key in enumerate(given):
                yield from each((at / name).item(i), key, qualified_name(key))
    if selector is not None:
        known = set(mapping(selector, "matchLabels"))
        for expression in objects(selector, "matchExpressions"):
            key = text(expression, "key")
            if key in keys and key in known:
                yield invalid(at.item(keys.index(key)), key, "exists in both matchLabelKeys and labelSelector")
            known.add(key)
    for i, key in enumerate(keys):
        if key in mismatched:
            here = (at / "matchLabelKeys").item(i)
            yield invalid(here, key, "exists in both matchLabelKeys and mismatchLabelKeys")
