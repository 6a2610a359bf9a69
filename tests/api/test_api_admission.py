"""What admission adds to objects, and what it does not let in."""

from __future__ import annotations

from typing import Any

import pytest
from asked import ask, deployment, pod, said

TEAM = "apiVersion: v1\nkind: Namespace\nmetadata: {name: team}\n---\n"


def stored(text: str, setup: str = "") -> Any:
    answer = ask(text, setup)
    assert answer.accepted, said(answer)
    return answer.manifest


def test_a_pod_gets_the_token_of_its_service_account_unless_the_account_declines() -> None:
    account = "{apiVersion: v1, kind: ServiceAccount, metadata: {name: bot}, imagePullSecrets: [{name: reg}]"
    spec = stored(pod("serviceAccountName: bot"), account + "}")["spec"]
    assert spec["volumes"][0]["name"] == "kube-api-access-<random>"
    assert spec["imagePullSecrets"] == [{"name": "reg"}]
    declined = stored(pod("serviceAccountName: bot"), account + ", automountServiceAccountToken: false}")["spec"]
    assert "volumes" not in declined


def test_the_default_priority_class_and_a_runtime_class_reach_the_pod() -> None:
    setup = """
{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: gold}, value: 77, globalDefault: true}
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: kata}
handler: kata
overhead: {podFixed: {cpu: 250m}}
scheduling: {nodeSelector: {kata: here}, tolerations: [{key: kata, operator: Exists}]}
"""
    spec = stored(pod("runtimeClassName: kata"), setup)["spec"]
    assert (spec["priority"], spec["priorityClassName"], spec["overhead"]) == (77, "gold", {"cpu": "250m"})
    assert spec["nodeSelector"] == {"kata": "here"}
    assert spec["tolerations"][-1] == {"key": "kata", "operator": "Exists"}


def test_a_claim_gets_the_default_storage_class() -> None:
    claim = """{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c},
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}"""
    fast = """{apiVersion: storage.k8s.io/v1, kind: StorageClass, provisioner: a.b/c,
      metadata: {name: fast, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}}"""
    assert stored(claim, fast)["spec"]["storageClassName"] == "fast"


LIMITS = """{apiVersion: v1, kind: LimitRange, metadata: {name: l, namespace: team}, spec: {limits: [
  {type: Container, min: {cpu: 100m}, maxLimitRequestRatio: {cpu: 4}}, {type: Pod, max: {memory: 512Mi}}]}}"""


def quota(hard: str, used: str) -> str:
    return f"""{{apiVersion: v1, kind: ResourceQuota, metadata: {{name: q, namespace: team}}, spec: {{hard: {hard}}},
      status: {{hard: {hard}, used: {used}}}}}"""


@pytest.mark.parametrize(
    ("text", "setup", "why"),
    [
        (
            pod("", "resources: {requests: {cpu: 10m}, limits: {cpu: 1, memory: 1Gi}}", "team"),
            LIMITS,
            "[minimum cpu usage per Container is 100m, but request is 10m, cpu max limit to request ratio per Container"
            " is 4, but provided ratio is 100.000000, maximum memory usage per Pod is 512Mi, but limit is 1Gi]",
        ),
        (
            pod(namespace="team"),
            quota("{cpu: 1, limits.memory: 1Gi}", "{cpu: 0, limits.memory: 0}"),
            "failed quota: q: must specify cpu for: main; limits.memory for: main",
        ),
        (
            pod(namespace="team"),
            quota("{pods: 1}", "{pods: 1}"),
            "exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1",
        ),
        (
            pod("overhead: {cpu: 1}", "", "team"),
            "",
            "Pod Overhead set without corresponding RuntimeClass defined Overhead",
        ),
        (
            pod("priorityClassName: nobodys", "", "team"),
            "",
            "no PriorityClass with name nobodys was found",
        ),
    ],
)
def test_pods_beyond_the_limits_of_their_namespace_are_forbidden(text: str, setup: str, why: str) -> None:
    answer = ask(text, TEAM + setup)
    assert answer.refusal is not None
    assert answer.refusal.code == 403
    assert said(answer).endswith(why)


def test_the_systems_priority_classes_may_be_used_in_any_namespace() -> None:
    answer = ask(pod("priorityClassName: system-node-critical", "", "team"), TEAM)
    assert answer.accepted and answer.manifest is not None
    assert answer.manifest["spec"]["priority"] == 2000001000  # type: ignore[index,call-overload]


def test_scoped_quotas_count_only_the_pods_of_their_scope() -> None:
    scoped = quota("{pods: 0}", "{pods: 0}").replace("spec: {", "spec: {scopes: [BestEffort], ")
    assert "exceeded quota" in said(ask(pod(namespace="team"), TEAM + scoped))
    assert ask(pod("", "resources: {requests: {cpu: 1}}", "team"), TEAM + scoped).accepted


BAD = "hostNetwork: true, volumes: [{name: h, hostPath: {path: /}}]"


def test_an_enforced_standard_refuses_pods_and_warns_of_workloads() -> None:
    team = TEAM.replace("{name: team}", "{name: team, labels: {pod-security.kubernetes.io/enforce: baseline}}")
    findings = 'host namespaces (hostNetwork=true), hostPath volumes (volume "h")'
    refused = ask(pod(BAD, "", "team"), team)
    assert said(refused) == f'pods "solo" is forbidden: violates PodSecurity "baseline:latest": {findings}'
    warned = ask(deployment(BAD).replace("name: web}", "name: web, namespace: team}", 1), team)
    assert warned.warnings == (f'would violate PodSecurity "baseline:latest": {findings}',)


def test_a_pinned_version_of_a_standard_judges_as_it_did_then() -> None:
    """Hosts in probes are looked at since v1.34."""
    probe = "livenessProbe: {tcpSocket: {port: 1, host: h}}"
    for version, word in (("v1.33", "accepted"), ("v1.34", "probe or lifecycle host")):
        labels = f"pod-security.kubernetes.io/enforce: baseline, pod-security.kubernetes.io/enforce-version: {version}"
        team = TEAM.replace("{name: team}", f"{{name: team, labels: {{{labels}}}}}")
        assert word in said(ask(pod("", probe, "team"), team))


def test_node_ports_and_addresses_are_given_once() -> None:
    service = "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {type: NodePort, ports: [{port: 80%s}]}}"
    taken = service.replace("name: s", "name: t") % ", nodePort: 30080"
    assert said(ask(service % ", nodePort: 30080", taken)).endswith(
        "spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated"
    )
    assert stored(service % "")["spec"]["ports"][0]["nodePort"] == "<allocated>"
    headless = "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {clusterIP: None, ports: [{port: 80}]}}"
    assert stored(headless)["spec"]["ipFamilies"] == ["IPv4", "IPv6"]


def test_objects_of_one_request_meet_each_other() -> None:
    """Namespaces come first, whatever the order in the file; the answers keep the order."""
    from asked import read_sent, validate

    text = pod(namespace="late") + "\n---\n" + TEAM.replace("team", "late")
    answers = validate(read_sent("f.yaml", text))
    assert [(a.ref.kind, a.accepted) for a in answers] == [("Pod", True), ("Namespace", True)]
