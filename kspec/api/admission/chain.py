"""The admission plugins in their order.

Upstream: pkg/kubeapiserver/options/plugins.go (v1.36), the plugins that are on by default.
"""

from __future__ import annotations

from kspec.api.admission.attempt import Attempt
from kspec.api.admission.limit_ranger import check_limits, set_limits
from kspec.api.admission.mutating import (
    check_overhead,
    default_ingress_class,
    default_storage_class,
    runtime_class,
    storage_in_use,
    taint_new_node,
    toleration_seconds,
)
from kspec.api.admission.pod_security import pod_security
from kspec.api.admission.policy.decide import validating_policies
from kspec.api.admission.priority import check_default_class, set_priority
from kspec.api.admission.quota import check_quotas
from kspec.api.admission.refusal import Refused, forbidden, not_found
from kspec.api.admission.service_account import service_account
from kspec.api.fields import text

_MUTATING = (
    set_limits,
    service_account,
    taint_new_node,
    set_priority,
    toleration_seconds,
    default_storage_class,
    storage_in_use,
    runtime_class,
    default_ingress_class,
)
_VALIDATING = (check_limits, pod_security, check_default_class, check_overhead, validating_policies, check_quotas)


ENDING_NAMESPACE = "because it is being terminated"


def namespace_exists(attempt: Attempt) -> None:
    """NamespaceLifecycle: nothing is created in a namespace that is not there, or is being deleted."""
    if attempt.old is not None or not attempt.kind.namespaced:
        return
    namespace = attempt.cluster.namespace(attempt.namespace)
    if namespace is None:
        raise Refused(not_found("namespaces", attempt.namespace))
    if text(namespace, "metadata", "deletionTimestamp"):
        why = f"unable to create new content in namespace {attempt.namespace} {ENDING_NAMESPACE}"
        raise Refused(forbidden(attempt.kind, attempt.name, why))


def mutate(attempt: Attempt) -> None:
    """Let the mutating plugins change the object. Raises `Refused`."""
    namespace_exists(attempt)
    for plugin in _MUTATING:
        plugin(attempt)


def judge(attempt: Attempt) -> None:
    """Ask the validating plugins. Raises `Refused`."""
    for plugin in _VALIDATING:
        plugin(attempt)
