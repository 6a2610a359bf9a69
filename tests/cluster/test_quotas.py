"""What quotas count: also what a user has not made.

Upstream: pkg/controller/certificates/rootcacertpublisher/publisher.go, pkg/quota/v1/evaluator/core (v1.36).
"""

from __future__ import annotations

from tests.cluster.playing import QUIET, played

QUOTA = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: few}
spec: {hard: {configmaps: "2"}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: mine}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: too-many}
"""


def test_the_certificates_of_a_namespace_count_and_are_not_shown() -> None:
    run = played(QUOTA, [QUIET])
    assert list(run.final["ConfigMap"]) == ["mine"]
    assert run.final["ResourceQuota"]["few"]["used"] == {"configmaps": "2"}
    refused = 'configmaps "too-many" is forbidden: exceeded quota: few, requested: configmaps=1, used: configmaps=2, '
    assert run.answers("refused") == [f"{refused}limited: configmaps=2"]
