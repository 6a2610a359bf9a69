"""Nodes that do not come back.

Upstream: pkg/controller/podgc/gc_controller_test.go (`TestGCTerminating`) (v1.36).
"""

from __future__ import annotations

import pytest

from tests.cluster.playing import QUIET, patch, played, until

STATEFUL = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 1
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: main, image: "registry.test/db:1"}]
      tolerations:
      - {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 2}
"""


@pytest.mark.parametrize("declared", [False, True])
def test_a_stateful_pod_moves_when_its_node_is_declared_out_of_service(declared: bool) -> None:
    taint = {"key": "node.kubernetes.io/out-of-service", "value": "nodeshutdown", "effect": "NoExecute"}
    steps = [until("StatefulSet/db settled"), QUIET, {"stopKubelet": "node-1"}, until("node-1 unreachable taint")]
    if declared:
        steps += [{"sleepSeconds": 5}, patch("Node/node-1", {"spec": {"taints": [taint]}})]
    run = played(STATEFUL, [*steps, {"sleepSeconds": 30}, QUIET], nodes=2)
    pod = run.final["Pod"]["db-0"]
    assert (pod["node"], pod.get("deleting", False)) == (("node-2", False) if declared else ("node-1", True))
