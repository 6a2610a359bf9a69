"""Asking the ValidatingAdmissionPolicies of a design about its objects.

Pods that controllers would create are not asked about. Where a policy waits for a parameter that the design does not
have, nothing is said: it may be in the cluster.
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.admission.attempt import Attempt
from kspec.api.admission.cluster import Cluster
from kspec.api.admission.policy.decide import BINDING, POLICY, Action, Decision, decisions
from kspec.api.fields import text
from kspec.domain.kinds import Kind
from kspec.domain.objects import Resource
from kspec.elaborate.design import Design
from kspec.lint.policy import rules
from kspec.source.diagnostic import Diagnostic, Label, Severity

_LEVEL = {Action.DENY: Severity.ERROR, Action.WARN: Severity.WARNING, Action.AUDIT: Severity.INFO}


def admission_findings(design: Design) -> Iterator[Diagnostic]:
    """What the policies that are bound say, at the objects."""
    if not {POLICY, BINDING} <= {resource.kind for resource in design.resources}:
        return
    cluster = Cluster()
    for resource in design.resources:
        cluster.put(resource.manifest)
    policies = {resource.name: resource for resource in design.resources if resource.kind == POLICY}
    for resource in design.resources:
        kind = _kind(resource, cluster)
        if kind is not None:
            for decision in decisions(Attempt(kind, resource.manifest, cluster)):
                if not decision.absent:
                    yield _finding(resource, decision, policies[text(decision.policy, "metadata", "name")])


def _kind(resource: Resource, cluster: Cluster) -> Kind | None:
    """The kind as its requests name it; None where no definition says."""
    if resource.builtin is not None:
        return resource.builtin
    group = resource.api_version.rpartition("/")[0]
    for definition in cluster.all("CustomResourceDefinition"):
        spec = definition.get("spec")
        if text(spec, "group") == group and text(spec, "names", "kind") == resource.kind:
            namespaced = text(spec, "scope") == "Namespaced"
            return Kind(resource.api_version, resource.kind, text(spec, "names", "plural"), namespaced, 0)
    return None


def _finding(resource: Resource, decision: Decision, policy: Resource) -> Diagnostic:
    path = ("spec", "validations", decision.number, "expression") if decision.number is not None else ("kind",)
    written = policy.origin.at(path)
    labels = (Label("the policy says so here", written),) if written is not None else ()
    place = resource.origin.key(("metadata", "name")) or resource.origin.at(())
    field = f"{policy.name}/{text(decision.binding, 'metadata', 'name')}/{decision.number}"
    severity = _LEVEL[decision.action]
    return Diagnostic(rules.POLICY, decision.sentence, place, None, str(resource.ref), labels, severity, field)
