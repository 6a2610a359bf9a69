"""Which objects a policy and its bindings are about.

Rules that name another version of an object's kind (`matchPolicy: Equivalent`) are about it as well; expressions see it
in the version in which it was sent.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/matching/matching.go and
plugin/webhook/predicates/{rules,namespace,object} (v1.36).
"""

from __future__ import annotations

from kspec.api.admission.attempt import Attempt
from kspec.api.fields import mapping, maybe, objects, text, texts
from kspec.domain.kinds import KINDS
from kspec.domain.labels import LabelSelector
from kspec.source.tree import Json, Object

GROUP = "admissionregistration.k8s.io"
_OF_POLICIES = frozenset(
    f"{word}AdmissionPolicy{end}" for word in ("Validating", "Mutating") for end in ("", "Binding")
)


def is_exempt(attempt: Attempt) -> bool:
    """Policies are not asked about policies."""
    return attempt.kind.group == GROUP and attempt.kind.kind in _OF_POLICIES


def matches(attempt: Attempt, wanted: Object | None) -> bool:
    """Whether `matchConstraints` or `matchResources` are about a request; without rules every resource is meant."""
    if wanted is None:
        return True
    if not _in_namespace(attempt, maybe(wanted, "namespaceSelector")):
        return False
    if not _labelled(attempt, maybe(wanted, "objectSelector")):
        return False
    equivalent = text(wanted, "matchPolicy") != "Exact"
    if any(_ruled(attempt, rule, equivalent) for rule in objects(wanted, "excludeResourceRules")):
        return False
    rules = objects(wanted, "resourceRules")
    return not rules or any(_ruled(attempt, rule, equivalent) for rule in rules)


def operation(attempt: Attempt) -> str:
    """What the request does."""
    return "CREATE" if attempt.old is None else "UPDATE"


def _in_namespace(attempt: Attempt, selector: Object | None) -> bool:
    if attempt.is_kind("v1", "Namespace"):
        labels = mapping(attempt.manifest, "metadata", "labels")
    elif attempt.kind.namespaced:
        labels = mapping(attempt.cluster.namespace(attempt.namespace), "metadata", "labels")
    else:
        return True
    return _selects(selector, labels)


def _labelled(attempt: Attempt, selector: Object | None) -> bool:
    every = [attempt.manifest] if attempt.old is None else [attempt.manifest, attempt.old]
    return any(_selects(selector, mapping(manifest, "metadata", "labels")) for manifest in every)


def _selects(selector: Json, labels: dict[str, str]) -> bool:
    return not isinstance(selector, dict) or LabelSelector.model_validate(selector).matches(labels)


def _ruled(attempt: Attempt, rule: Object, equivalent: bool) -> bool:
    kind = attempt.kind
    names, scope = texts(rule, "resourceNames"), "Namespaced" if kind.namespaced else "Cluster"
    return (
        _among(kind.group, texts(rule, "apiGroups"))
        and _in_version(attempt, texts(rule, "apiVersions"), equivalent)
        and _among(operation(attempt), texts(rule, "operations"))
        and any(resource in ("*", "*/*", kind.plural) for resource in texts(rule, "resources"))
        and text(rule, "scope") in ("", "*", scope)
        and (not names or attempt.name in names)
    )


def _in_version(attempt: Attempt, versions: list[str], equivalent: bool) -> bool:
    """Whether the object is of one of these versions, or is served in one, too."""
    own = attempt.kind
    if _among(own.api_version.rpartition("/")[2], versions):
        return True
    served = (k.api_version.rpartition("/")[2] for k in KINDS if (k.group, k.kind) == (own.group, own.kind))
    return equivalent and any(version in versions for version in served)


def _among(value: str, listed: list[str]) -> bool:
    return "*" in listed or value in listed
