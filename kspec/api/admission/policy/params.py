"""The parameters of a binding: the objects that a policy is evaluated with, one after the other.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/generic/policy_dispatcher.go, CollectParams (v1.36).
"""

from __future__ import annotations

from dataclasses import dataclass

from kspec.api.admission.attempt import Attempt
from kspec.api.fields import mapping, maybe, text
from kspec.domain.kinds import kind_of
from kspec.domain.labels import LabelSelector
from kspec.source.tree import Object

_NEED_NAMESPACE = "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources"
_NO_NAMESPACE = "paramRef.namespace must not be provided for a cluster-scoped `paramKind`"
_NONE_FOUND = "no params found for policy binding with `Deny` parameterNotFoundAction"


@dataclass(frozen=True, slots=True)
class Misconfigured:
    """The binding can not be used. `absent`: only because an object is not there."""

    why: str
    absent: bool = False


def params_of(attempt: Attempt, kind: Object | None, reference: Object | None) -> list[Object | None] | Misconfigured:
    """The parameters; a single None where the policy or the binding uses none; empty where there need be none."""
    if kind is None or reference is None:
        return [None]
    version, name = text(kind, "apiVersion"), text(kind, "kind")
    namespaced = _is_namespaced(attempt, version, name)
    if namespaced is None:
        return Misconfigured(f"paramKind kind `{version}, Kind={name}` not known", absent=True)
    namespace = text(reference, "namespace")
    if namespaced and not (namespace or attempt.namespace):
        return Misconfigured(_NEED_NAMESPACE)
    if namespace and not namespaced:
        return Misconfigured(_NO_NAMESPACE)
    place = (namespace or attempt.namespace) if namespaced else ""
    found = [o for o in _candidates(attempt, name, place) if text(o, "apiVersion") == version and _meant(o, reference)]
    if not found and text(reference, "parameterNotFoundAction") == "Deny":
        return Misconfigured(_NONE_FOUND, absent=True)
    return list(found)


def _candidates(attempt: Attempt, kind: str, namespace: str) -> list[Object]:
    """The objects of a kind that are there, and those that the same request brings."""
    standing = list(attempt.cluster.all(kind, namespace))
    names = {text(o, "metadata", "name") for o in standing}
    coming = (
        o
        for o in attempt.cluster.announced
        if text(o, "kind") == kind and (not namespace or (text(o, "metadata", "namespace") or "default") == namespace)
    )
    return standing + [o for o in coming if text(o, "metadata", "name") not in names]


def _meant(candidate: Object, reference: Object) -> bool:
    name, selector = text(reference, "name"), maybe(reference, "selector")
    if name:
        return text(candidate, "metadata", "name") == name
    labels = mapping(candidate, "metadata", "labels")
    return selector is not None and LabelSelector.model_validate(selector).matches(labels)


def _is_namespaced(attempt: Attempt, version: str, kind: str) -> bool | None:
    """Whether objects of the kind have a namespace; None where the server does not know it."""
    known = kind_of(version, kind)
    if known is not None:
        return known.namespaced
    definitions = [*attempt.cluster.all("CustomResourceDefinition"), *attempt.cluster.announced]
    for definition in definitions:
        group = text(definition, "spec", "group")
        if text(definition, "spec", "names", "kind") == kind and version.startswith(f"{group}/"):
            return text(definition, "spec", "scope") == "Namespaced"
    return None
