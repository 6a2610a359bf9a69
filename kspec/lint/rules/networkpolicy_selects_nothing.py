"""A NetworkPolicy, or one of its peers, selects no pods of the design.

A policy over nobody protects nobody, and a peer that matches nothing is a connection that stays closed. Peers in other
namespaces are not looked at, nor selectors behind which a custom resource or an operator of the namespace could stand.

Fails:

    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web}
    spec:
      podSelector: {matchLabels: {app: web}}
      ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: "web:1.4"

Passes:

    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web}
    spec:
      podSelector: {matchLabels: {app: web}}
      ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: client}
    spec:
      selector: {matchLabels: {app: client}}
      template:
        metadata: {labels: {app: client}}
        spec:
          containers:
            - name: client
              image: "client:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import maybe, objects
from kspec.domain.labels import LabelSelector
from kspec.domain.objects import Resource
from kspec.lint.index import Index
from kspec.lint.makers import Certainty
from kspec.lint.nearest import nearest_pods, spelled
from kspec.lint.rule import on, rule
from kspec.lint.selectors import read_selector
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Object, Path

RULE = rule("KS2023", "networkpolicy-selects-nothing", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Selectors of policies that catch nobody."""
    for policy in index.all("NetworkPolicy"):
        for path, selector, what in _selectors(policy):
            if selector.empty or index.selected(policy.namespace, selector):
                continue
            if index.made_elsewhere(policy.namespace, selector) is Certainty.NO:
                message = f"{what} {policy.name} selects {spelled(selector)}, and no pod has that"
                hint = nearest_pods(selector.match_labels, policy.namespace, index.pods)
                yield on(RULE, policy, path, message, hint)


def _selectors(policy: Resource) -> Iterator[tuple[Path, LabelSelector, str]]:
    spec = maybe(policy.manifest, "spec") or {}
    yield ("spec", "podSelector"), _read(spec, "podSelector"), "NetworkPolicy"
    for direction, field in (("ingress", "from"), ("egress", "to")):
        for i, rule_ in enumerate(objects(spec, direction)):
            for j, peer in enumerate(objects(rule_, field)):
                if maybe(peer, "podSelector") is not None and maybe(peer, "namespaceSelector") is None:
                    where: Path = ("spec", direction, i, field, j, "podSelector")
                    yield where, _read(peer, "podSelector"), f"an {direction} peer of NetworkPolicy"


def _read(owner: Object, field: str) -> LabelSelector:
    return read_selector(maybe(owner, field)) or LabelSelector()
