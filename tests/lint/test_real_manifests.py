"""What the default profile says about well-kept manifests of real applications, and why each finding is right.

There is no error among them. Each entry names the rule and the objects, and says why a reader should care.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from kspec.cli.checking.checked import Checked
from kspec.cli.checking.run import check
from kspec.elaborate import load
from kspec.lint.profiles import PROFILES
from kspec.lint.selection import Selection
from tests.lint.checking import question

MANIFESTS = Path(__file__).resolve().parents[3] / "shared" / "manifests"
pytestmark = pytest.mark.skipif(not MANIFESTS.is_dir(), reason="real manifests are not part of the checkout")

JUSTIFIED: dict[str, dict[tuple[str, str], str]] = {
    "online-boutique.yaml": {
        ("KS3001", "Deployment/frontend"): "one pod behind a load balancer: each drain takes the shop down",
    },
    "guestbook": {
        ("KS3002", "Deployment/frontend"): "three pods and no budget: a drain may evict all",
        ("KS3002", "Deployment/redis-replica"): "two pods and no budget",
        ("KS3006", "Deployment/frontend"): "php takes traffic before it can answer",
        ("KS3006", "Deployment/redis-master"): "redis takes traffic while it loads its data",
        ("KS3006", "Deployment/redis-replica"): "redis takes traffic before it has synchronised",
        ("KS3018", "Deployment/frontend"): "three pods may share a node, and there is no other rule",
        ("KS3018", "Deployment/redis-replica"): "two pods may share a node",
        ("KS4002", "Deployment/frontend"): "requests 100Mi and may take the node's memory",
        ("KS4002", "Deployment/redis-master"): "an in-memory store without a bound",
        ("KS4002", "Deployment/redis-replica"): "an in-memory store without a bound",
    },
    "cassandra": {
        ("KS1105", "StatefulSet/cassandra"): "the storage class annotation has been deprecated since 1.6",
        ("KS3002", "StatefulSet/cassandra"): "a drain may take the quorum",
        ("KS3018", "StatefulSet/cassandra"): "all replicas of the data may be on one node",
        ("KS5006", "StatefulSet/cassandra"): "IPC_LOCK: a namespace with the baseline standard refuses the pods",
        ("KS7003", "StorageClass/fast"): "the class deletes disks with their claims, and holds a database",
    },
    "kube-prometheus": {
        ("KS3006", "Deployment/monitoring/blackbox-exporter"): "behind a balancing Service, and never asked if ready",
        ("KS3018", "Deployment/monitoring/prometheus-adapter"): "an API of the cluster; both pods may share a node",
        ("KS5043", "ClusterRole/kube-state-metrics"): "list and watch on every Secret of the cluster",
        ("KS5043", "ClusterRole/prometheus-operator"): "all verbs on every Secret of the cluster",
    },
}


@cache
def run(name: str, profile: str = "default") -> Checked:
    selection = Selection(next(p for p in PROFILES if p.name == profile))
    return check(load([str(MANIFESTS / name)]), question(selection), lambda words: None)


@pytest.mark.parametrize("name", JUSTIFIED)
def test_the_default_profile_says_what_matters_and_nothing_else(name: str) -> None:
    found = run(name).report.diagnostics
    assert {(d.rule.id, d.object) for d in found} == set(JUSTIFIED[name])
    assert max(Counter((d.rule.id, d.object) for d in found).values()) == 1
    assert all(d.span is not None for d in found)


@pytest.mark.parametrize("name", JUSTIFIED)
def test_nothing_real_is_called_an_error(name: str) -> None:
    assert [d.message for d in run(name).report.diagnostics if d.is_error] == []


@pytest.mark.parametrize(("name", "profile"), [("online-boutique.yaml", "pss-baseline"), ("guestbook", "gitops")])
def test_what_meets_a_profile_is_not_called_an_error_by_it(name: str, profile: str) -> None:
    assert [d.message for d in run(name, profile).report.diagnostics if d.is_error] == []


def test_exporters_fall_short_of_the_restricted_standard() -> None:
    errors = [d for d in run("kube-prometheus", "pss-restricted").report.diagnostics if d.is_error]
    assert "DaemonSet/monitoring/node-exporter" in {d.object for d in errors}
    assert {d.rule.id[:4] for d in errors} == {"KS50"}
