"""A ResourceQuota has room for a workload, and none for its rollout.

With maxUnavailable 0 a rollout begins with a pod more. When the quota refuses it nothing ever moves: the rollout waits
for the pod, and no pod goes before. Counted at the least number of replicas, all other workloads of the namespace at
rest.

Fails:

    apiVersion: v1
    kind: ResourceQuota
    metadata: {name: team}
    spec: {hard: {requests.cpu: 300m, requests.memory: 1Gi, pods: "10"}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 3
      strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}

Passes:

    apiVersion: v1
    kind: ResourceQuota
    metadata: {name: team}
    spec: {hard: {requests.cpu: 400m, requests.memory: 1Gi, pods: "10"}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 3
      strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          topologySpreadConstraints:
            - maxSkew: 1
              topologyKey: kubernetes.io/hostname
              whenUnsatisfiable: DoNotSchedule
              labelSelector: {matchLabels: {app: web}}
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.quantity import Quantity
from kspec.domain.workloads import Deployment
from kspec.lint.index import Index
from kspec.lint.quotas import Quota, needed, of_one_pod, quotas
from kspec.lint.rule import on, rule
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS4009", "quota-surge", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Deployments that can not begin a rollout."""
    for quota in quotas(index):
        for pods in index.pods_in(quota.namespace):
            yield from _rollout(index, quota, pods)


def _rollout(index: Index, quota: Quota, pods: PodSource) -> Iterator[Diagnostic]:
    view, scale = pods.resource.view, index.scale(pods)
    if not isinstance(view, Deployment) or view.spec.strategy.type != "RollingUpdate" or not scale or not scale.least:
        return
    surge, unavailable = view.spec.strategy.rolling_update.resolve(scale.least)
    if not surge or unavailable:
        return
    total = needed(index, quota.namespace)
    for name, more in of_one_pod(pods).items():
        hard, want = quota.hard.get(name), total.get(name)
        if hard is None or want is None or want.amount.amount > hard.amount:
            continue
        if want.amount.amount + more.amount > hard.amount:
            room = Quantity(hard.amount - want.amount.amount, hard.format)
            message = (
                f"a rollout of {pods} never begins: it needs {more} {name} for a new pod, "
                f"and ResourceQuota {quota.resource.name} has {room} left"
            )
            related = [("the quota", quota.resource.at("spec", "hard", name))]
            where = ("spec", "strategy")
            help = "raise the quota, or allow maxUnavailable: 1"
            yield on(RULE, pods.resource, where, message, help, key=True, related=related)
