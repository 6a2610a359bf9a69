"""Two workloads select each other's pods.

Each controller counts and deletes the pods of the other, for ever. Selectors of workloads in one namespace must not
catch the pods of another workload.

Fails:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: a}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: c, image: "c:1"}]}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: b}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: c, image: "c:1"}]}

Passes:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: a}
    spec:
      selector: {matchLabels: {app: web, part: a}}
      template:
        metadata: {labels: {app: web, part: a}}
        spec: {containers: [{name: c, image: "c:1"}]}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: b}
    spec:
      selector: {matchLabels: {app: web, part: b}}
      template:
        metadata: {labels: {app: web, part: b}}
        spec: {containers: [{name: c, image: "c:1"}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.index import Index
from kspec.lint.nearest import spelled
from kspec.lint.rule import rule
from kspec.source.diagnostic import Diagnostic, Label, Severity

RULE = rule("KS2005", "selector-overlap", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Pairs of workloads, each pair once."""
    owners = [p for p in index.pods if p.selector is not None and not p.selector.empty]
    for i, one in enumerate(owners):
        for other in owners[i + 1 :]:
            if one.namespace != other.namespace or one.selector is None or other.selector is None:
                continue
            if not (one.selector.matches(other.labels) or other.selector.matches(one.labels)):
                continue
            place = one.resource.at("spec", "selector")
            yield Diagnostic(
                RULE,
                f"{other} and {one} select each other's pods ({spelled(other.selector)})",
                other.resource.at("spec", "selector"),
                "give each its own label, in selector and template",
                str(other.resource.ref),
                (Label(f"the selector of {one}", place),) if place else (),
            )
