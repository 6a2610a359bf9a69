"""Warnings that several kinds share.

Upstream: pkg/api/node/util.go, pkg/api/persistentvolumeclaim/util.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kspec.api.amounts import Amounts, amounts
from kspec.api.cause import FieldPath
from kspec.api.fields import objects, text, texts
from kspec.api.validation.names import dns_label, label_value
from kspec.source.tree import Object

NODE_LABELS = {
    "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
    "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
    "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
    "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
    "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
    "app.kubernetes.io/created-by": "deprecated since v1.9",
    "scheduler.alpha.kubernetes.io/preferAvoidPods": "deprecated since v1.22; use Taints and Tolerations instead",
    "node-role.kubernetes.io/master": 'use "node-role.kubernetes.io/control-plane" instead',
}
_HOSTNAMES = "which can result in surprising behavior; a DNS label is recommended"


def odd_name(manifest: Object, used_in: str = "Pod names and hostnames") -> Iterator[str]:
    """A name that is no DNS label, though pods are named after it."""
    wrong = dns_label(text(manifest, "metadata", "name"))
    if wrong:
        yield f"metadata.name: this is used in {used_in}, {_HOSTNAMES}: [{' '.join(wrong)}]"


def old_node_label(at: FieldPath, label: str) -> Iterator[str]:
    """A node label that got another name, used as the key of a term."""
    if label in NODE_LABELS:
        yield f"{at}: {label} is {NODE_LABELS[label]}"


def node_selector_term(at: FieldPath, term: Object, *, check_values: bool) -> Iterator[str]:
    for i, expression in enumerate(objects(term, "matchExpressions")):
        here = (at / "matchExpressions").item(i)
        yield from old_node_label(here / "key", text(expression, "key"))
        for j, value in enumerate(texts(expression, "values") if check_values else ()):
            for message in label_value(value):
                yield f"{(here / 'values').item(j)}: {value} is invalid, {message}"


def fractions(at: FieldPath, quantities: Amounts, names: Iterable[str]) -> Iterator[str]:
    """Bytes that are no whole number: `128m` of memory is an eighth of a byte."""
    for name in names:
        quantity = quantities.get(name)
        if quantity is not None and quantity.amount % 1:
            yield f'{at.key(name)}: fractional byte value "{quantity}" is invalid, must be an integer'


def claim_spec(at: FieldPath, spec: Object) -> Iterator[str]:
    for field in ("requests", "limits"):
        yield from fractions(at / "resources" / field, amounts(spec, "resources", field), ("storage",))
