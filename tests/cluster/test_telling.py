"""A run told as a trace: in the voices of the components, with what set each step off."""

from __future__ import annotations

from tests.cluster.playing import QUIET, deployment, patch, played, until


def test_every_component_speaks_for_itself_and_says_why() -> None:
    steps = [until("Deployment/web rolled out"), {"stopKubelet": "node-1"}, {"evict": "Pod/web-rs1-p1"}, QUIET]
    trace = played(deployment(replicas=1), steps, nodes=1).run.trace
    told = {(s.component, s.action, s.object.kind) for s in trace.steps}
    assert {
        ("user", "create", "Deployment"),
        ("kube-controller-manager/deployment", "create", "ReplicaSet"),
        ("kube-controller-manager/replicaset", "create", "Pod"),
        ("kube-scheduler", "update", "Pod"),
        ("kube-scheduler", "Scheduled", "Pod"),
        ("kubelet/node-1", "update", "Pod"),
        ("user", "stop kubelet", "Node"),
        ("user", "evict", "Pod"),
        ("kube-apiserver", "answer", "Pod"),
    } <= told
    by_number = {s.n: s for s in trace.steps}
    started = next(s for s in trace.steps if s.component == "kubelet/node-1")
    assert started.summary.startswith("Pod web-rs1-p1 changes: phase")
    chain = [started]
    while chain[-1].cause is not None:
        chain.append(by_number[chain[-1].cause])
    assert [(s.component.rpartition("/")[2], s.object.kind) for s in reversed(chain)] == [
        ("user", "Deployment"),
        ("deployment", "ReplicaSet"),
        ("replicaset", "Pod"),
        ("kube-scheduler", "Pod"),
        ("node-1", "Pod"),
    ]


def test_a_refusal_is_told_of_what_was_asked_for() -> None:
    trace = played(deployment(), [patch("Deployment/web", {"spec": {"replicas": -1}}), QUIET]).run.trace
    refused = next(s for s in trace.steps if s.action == "refuse")
    assert (refused.object.kind, refused.object.name) == ("Deployment", "web")
    assert "must be greater than or equal to 0" in refused.summary
