"""A pod that is broken into leads to an account that may do everything.

What an account may do is followed step by step: who may create pods in a namespace, run commands in them or make tokens
can act as any account there; who reads Secrets has the tokens that are kept in them. Reported are pods whose own
account is not that strong, with the way from one to the other.

Fails:

    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: web}
    ---
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: ops}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: {name: runner}
    rules:
      - {apiGroups: [""], resources: [pods], verbs: [create]}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: {name: web-runner, namespace: default}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: runner}
    subjects: [{kind: ServiceAccount, name: web, namespace: default}]
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: {name: ops-cluster-admin}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
    subjects: [{kind: ServiceAccount, name: ops, namespace: default}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          serviceAccountName: web
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}

Passes:

    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: web}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: {name: web-view}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
    subjects: [{kind: ServiceAccount, name: web, namespace: default}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          serviceAccountName: web
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.index import Index
from kspec.lint.reach import Reach
from kspec.lint.rule import lacks, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS5044", "rbac-reach", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Pods from which there is a way to all rights."""
    reach = Reach(index)
    for pods in index.pods:
        account = (pods.namespace, pods.spec.service_account_name or "default")
        way = reach.way_up(account)
        if way:
            steps = ", then ".join(f"{step.how} {step.to[0]}/{step.to[1]}" for step in way)
            message = f"who breaks into {pods} can do everything: {steps}"
            yield lacks(RULE, pods, ("spec",), "serviceAccountName", message, "take one of these steps away")
