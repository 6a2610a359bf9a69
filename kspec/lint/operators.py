"""Operators among the workloads of a design: what they may create is not in the design, and may be there all the same.

A workload whose ServiceAccount may create pods, or ConfigMaps, in its own namespace is taken for one. Where a selector
or a reference leads nowhere in that namespace, nothing certain can be said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from kspec.lint.grants import Grant, grants
from kspec.lint.lookup import Lookup

_PODS = (
    ("", "pods"),
    ("apps", "deployments"),
    ("apps", "daemonsets"),
    ("apps", "statefulsets"),
    ("apps", "replicasets"),
    ("batch", "jobs"),
)
_CONFIGURATION = (("", "configmaps"), ("", "secrets"))


def created_by_operators(design: Lookup) -> Mapping[str, frozenset[str]]:
    """By namespace: what workloads that run there may create in it, `pods` standing for all that makes pods."""
    running = {(pods.namespace, pods.spec.service_account_name or "default") for pods in design.pods}
    found: dict[str, set[str]] = defaultdict(set)
    for grant in grants(design):
        account = grant.account
        if account is not None and account in running and grant.namespace in (None, account[0]):
            found[account[0]].update(_created(grant))
    return {namespace: frozenset(kinds) for namespace, kinds in found.items()}


def _created(grant: Grant) -> set[str]:
    may = grant.permission.allows
    kinds = {resource for group, resource in _CONFIGURATION if may("create", group, resource)}
    return kinds | ({"pods"} if any(may("create", group, resource) for group, resource in _PODS) else set())
