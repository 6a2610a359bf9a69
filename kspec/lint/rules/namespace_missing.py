"""An object is in a namespace that the design does not have.

`kubectl apply` fails: `namespaces "x" not found`. Namespaces are looked for only where the design declares any; those
that others make can be declared in `external`.

Fails:

    apiVersion: v1
    kind: Namespace
    metadata: {name: shop}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shpo}
    spec: {externalName: example.com, ports: [{port: 80, targetPort: 8080}], type: ExternalName}

Passes:

    apiVersion: v1
    kind: Namespace
    metadata: {name: shop}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop}
    spec: {externalName: example.com, ports: [{port: 80, targetPort: 8080}], type: ExternalName}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.index import Index
from kspec.lint.nearest import did_you_mean, slip
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2026", "namespace-missing", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Objects that have no home; one finding for each namespace."""
    if not index.has_any("Namespace"):
        return
    names = [r.name for r in index.all("Namespace")]
    told: set[str] = set()
    for resource in index.resources:
        home = resource.namespace
        cluster_wide = resource.builtin is not None and not resource.builtin.namespaced
        if not home or cluster_wide or home in told or index.exists("Namespace", "", home):
            continue
        told.add(home)
        others = sum(r.namespace == home for r in index.resources) - 1
        also = f", like {others} other objects" if others > 1 else ", like one other object" if others else ""
        message = f"{resource.kind} {resource.name} is in namespace {home}, which is not there{also}"
        severity = None if slip(home, names) else Severity.WARNING
        yield on(RULE, resource, ("metadata", "namespace"), message, did_you_mean(home, names), severity=severity)
