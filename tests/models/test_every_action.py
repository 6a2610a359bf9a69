"""No action of the models is dead: each happens in some story."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from models.story import Story
from models.test_cluster_autoscaler import drain_given_up, node_given_up

from kspec.core.system import Family
from kspec.elaborate.behaviour.library import models
from kspec.elaborate.behaviour.question import question
from kspec.elaborate.load import load
from kspec.run.execute import Executor
from kspec.run.policy import SeededRandom
from kspec.run.world import Choice, World
from kspec.source.text import Span
from kspec.syntax import nodes as n

CLUSTER = """
cluster lab {
  nodepool a { zone: "a"  count: 1  machine { cpu: 4  memory: 16Gi } }
  nodepool b { zone: "b"  count: 2  machine { cpu: 4  memory: 16Gi } }
}
"""
ONE = "cluster lab { nodepool one { count: 1  machine { cpu: 4  memory: 16Gi } } }\n"
TWO = ONE.replace("count: 1", "count: 2")
SERVED = """
deployment web {
  replicas: 3
  container app { image: "web:1"  port http: 8080  resources { cpu: 1 } }
}
service web { annotations: { "prometheus.io/scrape": "true" }  target: web  port http: 80 -> http }
ingress web { class: nginx  host "shop.example.com" { path "/": service/web.http } }
hpa web { replicas: 3..5  cpu: 50% }
pdb web { minAvailable: 1 }
"""
SETS = """
statefulset db { replicas: 2  container pg { image: "pg:1" } }
daemonset agent { container agent { image: "agent:1" } }
"""
SURGING = """
daemonset agent {
  updateStrategy { rollingUpdate { maxSurge: 1  maxUnavailable: 0 } }
  container agent { image: "agent:1" }
}
"""
JOBS = """
job sum { completions: 2  parallelism: 1  restartPolicy: Never  container c { image: "c:1" } }
job indexed {
  completions: 2
  parallelism: 2
  completionMode: Indexed
  restartPolicy: Never
  container c { image: "c:1" }
}
job broken {
  backoffLimit: 1
  restartPolicy: Never
  spec.template.metadata.annotations { "kspec.dev/ready": "false" }
  container c { image: "c:1" }
}
job careful {
  restartPolicy: Never
  spec.template.metadata.annotations { "kspec.dev/ready": "false"  "kspec.dev/exit-code": "42" }
  podFailurePolicy.rules: [{ action: "FailJob", onExitCodes: { operator: "In", values: [42] } }]
  container c { image: "c:1" }
}
pod tool { container main { image: "tool:1" } }
pod pinned { nodeName: a-1  container main { image: "tool:1" } }
"""
CRON = """
cronjob tick { schedule: "* * * * *"  concurrencyPolicy: Replace  restartPolicy: Never  container c { image: "c:1" } }
"""
PREEMPTING = """
priorityclass urgent { value: 1000 }
deployment batch { container c { image: "c:1"  resources { cpu: 3 } } }
deployment web { priorityClassName: urgent  container c { image: "c:1"  resources { cpu: 3 } } }
"""
BURNING = """
deployment web {
  spec.template.metadata.annotations {
    "kspec.dev/warm-up": "60s"
    "kspec.dev/cpu-cold": "100%"
    "kspec.dev/cpu": "37%"
  }
  container app { image: "web:1"  resources { cpu: 100m } }
}
hpa web { replicas: 1..3  cpu: 50% }
"""
INDEXES = """
job parts {
  completions: 2
  completionMode: Indexed
  backoffLimitPerIndex: 0
  restartPolicy: Never
  spec.template.metadata.annotations { "kspec.dev/failing-indexes": "1" }
  container c { image: "c:1" }
}
job first {
  completions: 3
  parallelism: 3
  completionMode: Indexed
  successPolicy.rules: [{ succeededCount: 1 }]
  restartPolicy: Never
  container c { image: "c:1" }
}
job ignoring {
  restartPolicy: Never
  spec.template.metadata.annotations { "kspec.dev/ready": "false"  "kspec.dev/exit-code": "42" }
  podFailurePolicy.rules: [{ action: "Ignore", onExitCodes: { operator: "In", values: [42] } }]
  container c { image: "c:1" }
}
"""
IDLE = """
deployment web {
  replicas: 4
  spec.template.metadata.annotations { "kspec.dev/cpu": "20%" }
  container app { image: "web:1"  resources { cpu: 100m } }
}
hpa web { replicas: 1..5  cpu: 50% }
"""
RECREATED = 'deployment web { strategy { type: Recreate }  container app { image: "web:1" } }\n'
SMALL = """
deployment web {
  replicas: 3
  strategy { rollingUpdate { maxUnavailable: 1 } }
  container app { image: "web:1" }
}
"""
CROWDED = 'deployment web { replicas: 3  container app { image: "web:1"  resources { cpu: 3 } } }\n'
FILLING = """
deployment model { replicas: 1  container server { image: "model:7"  resources { cpu: 3 } } }
resource "descheduler/v1alpha2" DeschedulerPolicy policy {
  namespace: kube-system
  profiles: [{
    name: "default",
    pluginConfig: [{ name: "LowNodeUtilization", args: { thresholds: { cpu: 20 }, targetThresholds: { cpu: 50 } } }],
    plugins: { balance: { enabled: ["LowNodeUtilization", "RemoveDuplicates"] } },
  }]
}
resource self-node-remediation.medik8s.io/v1alpha1 SelfNodeRemediationTemplate dead-nodes {
  namespace: kube-system
  spec { template { spec { remediationStrategy: "OutOfServiceTaint" } } }
}
resource argoproj.io/v1alpha1 Application all {
  namespace: argocd
  spec { destination { namespace: default }  syncPolicy { automated { selfHeal: true } } }
}
"""
HOOKED = """
namespace policy {
  deployment webhook { container server { image: "policy:3"  port https: 8443 } }
  service webhook { target: webhook  port https: 443 -> https }
}
resource admissionregistration.k8s.io/v1 %s policy {
  webhooks: [{
    name: "pods.acme.io", failurePolicy: Fail, sideEffects: None, admissionReviewVersions: ["v1"],
    clientConfig: { service: { namespace: policy, name: webhook } },
    rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
  }]
}
"""
PINNED = """
cluster lab {
  nodepool first {
    count: 1
    machine { cpu: 4  memory: 16Gi }
    taints: [{ key: "key1", value: "value1", effect: NoExecute }]
  }
}
deployment web { nodeName: "first-1"  container app { image: "web:1" } }
"""

PLUGINS = """
resource "descheduler/v1alpha2" DeschedulerPolicy policy {
  namespace: kube-system
  profiles: [{
    name: "default",
    pluginConfig: [
      { name: "HighNodeUtilization", args: { thresholds: { cpu: 45 } } },
      {
        name: "RemovePodsViolatingTopologySpreadConstraint",
        args: { constraints: ["ScheduleAnyway"], topologyBalanceNodeFit: false },
      },
    ],
    plugins: {
      balance: { enabled: ["HighNodeUtilization", "RemovePodsViolatingTopologySpreadConstraint"] },
      deschedule: {
        enabled: [
          "RemovePodsViolatingNodeTaints",
          "RemovePodsHavingTooManyRestarts",
          "RemovePodsViolatingInterPodAntiAffinity",
        ],
      },
    },
  }]
}
"""
AUTOSCALED = """
cluster lab { nodepool general { count: 1..3  machine { cpu: 4  memory: 16Gi } } }
resource autoscaling.openshift.io/v1 ClusterAutoscaler default { spec { scaleDown { enabled: true } } }
daemonset agent { container agent { image: "agent:1"  resources { cpu: 100m } } }
deployment web { replicas: 4  container app { image: "web:1"  resources { cpu: 1500m } } }
pdb web { minAvailable: 1 }
"""
LOPSIDED = """
cluster lab {
  nodepool a { zone: "a"  count: 1  machine { cpu: 4  memory: 16Gi } }
  nodepool b { zone: "b"  count: 1  machine { cpu: 1  memory: 16Gi } }
}
deployment web {
  replicas: 4
  topologySpread zone { maxSkew: 1  whenUnsatisfiable: ScheduleAnyway }
  container app { image: "web:1"  resources { cpu: 900m } }
}
"""
NEAR = """
deployment web {
  nodeName: "one-1"
  antiAffinity node { required: true }
  container app { image: "web:1"  resources { cpu: 1 } }
}
pod intruder { labels { "app.kubernetes.io/name": web }  nodeName: "one-1"  container app { image: "web:1" } }
"""

STORIES = [
    (
        CLUSTER + SERVED,
        "rollout(web), scale(web, to: 7), edit(web, replicas: 2), pause(web), resume(web), failing(web), repair(web)",
    ),
    (CLUSTER + SERVED, "load(web, k: 5), load(web, k: 1), evict(any pod), bad_image(web)"),
    (CLUSTER + SERVED, "drain(any node), cordon(any node), uncordon(any node, times: 2)"),
    (CLUSTER + SERVED, "loss(1 zone), loss(1 node), recovery(any node, times: 3)"),
    (CLUSTER + SETS, "rollout(db), scale(db, to: 1), rollout(agent)"),
    (CLUSTER + SETS, "loss(1 node), recovery(1 node), cordon(1 node)"),
    (TWO + SURGING, "rollout(agent)"),
    (CLUSTER + SETS, "bad_image(db), undo(db), bad_image(agent), undo(agent)"),
    (TWO + SMALL, "upgrade(all nodes)"),
    (TWO + SMALL, "delete(web)"),
    (TWO + SMALL, "delete_in_foreground(web)"),
    (TWO + SMALL, "delete_and_orphan(web), delete(any pod)"),
    (ONE + INDEXES, "delete(first), delete(parts)"),
    (TWO + SMALL, "bad_image(web), undo(web)"),
    (TWO + SMALL, "bad_image(web), scale(web, to: 6, times: 4), scale(web, to: 2, times: 4)"),
    (TWO + SMALL, "bad_image(web), scale(web, to: 9, times: 3)"),
    (LOPSIDED + PLUGINS, "failing(web), cordon(1 node)"),
    (TWO + NEAR + PLUGINS, "scale(web, to: 1)"),
    (CLUSTER + JOBS, ""),
    (CLUSTER + "namespace shop {" + SERVED + "}", "delete(namespace/shop)"),
    (TWO + SMALL, "failing(web), rollout(web)"),
    (TWO + SMALL, "slow_pull(web), evict(any pod, times: 3)"),
    (TWO + SMALL, "pull_failure(web), pull_recovery(web), pull_failure(any node), pull_recovery(any node)"),
    (TWO + SMALL, "crash(any node), evict(any pod), delete(any pod)"),
    (TWO + SMALL, "stale_cache(web, k: 2), evict(any pod, times: 4), controller_restart(web, times: 3)"),
    (TWO + SMALL.replace("replicas", "minReadySeconds: 10  replicas"), "rollout(web)"),
    (TWO + SMALL, "lost_watch(web, times: 6), delete(any pod, times: 9)"),
    (CLUSTER + SETS, "edit(db, replicas: 3), loss(1 zone), recovery(1 zone)"),
    (CLUSTER + CRON, "tick(tick, times: 9)"),
    (ONE + CRON.replace("Replace", "Allow"), "tick(tick)"),
    (ONE + PREEMPTING, "cordon(1 node)"),
    (ONE + CROWDED, "scale(web, to: 1)"),
    (ONE + BURNING, ""),
    (ONE + IDLE, ""),
    (ONE + INDEXES, ""),
    (ONE + RECREATED, "rollout(web)"),
    (CLUSTER + FILLING, "edit(model, replicas: 2), scale(model, to: 3), loss(1 node)"),
    (CLUSTER + HOOKED % "ValidatingWebhookConfiguration", ""),
    (CLUSTER + HOOKED % "MutatingWebhookConfiguration", ""),
    (PINNED, ""),
    (AUTOSCALED, "scale(web, to: 2), stockout(2 nodes), failing(web), repair(web)"),
    (AUTOSCALED, "scale(web, to: 6), stockout(2 nodes), failing(web), delete(any pod, times: 6)"),
]
ASKED = [
    (
        TWO + FILLING.replace("cpu: 3 ", "cpu: 1 ").replace("replicas: 1", "replicas: 2"),
        "goal rests: eventually always settled",
    ),
    (
        CLUSTER + JOBS,
        'goal runs: eventually always count(p in pods where ready(p) && p.owner.name in ["tool", "pinned"]) == 2',
    ),
    (ONE + SERVED, "invariant answered: never any(p in pods(web) where dead_endpoint(p)) under rollout(web)"),
    (ONE + SERVED, "invariant unmoved: never web.replicas > web.largest + 9 under scale(web, to: 7)"),
    (ONE + SERVED, "invariant warm: always web.warmed => web.warm >= 0 under rollout(web)"),
]
RARE = ("load(web", "lost_watch(web")
"""Disturbances that must meet with others for some action to happen: these stories are told several times."""
EMPTY = [("deployment", "hold")]
"""Steps of a loop that end it without a write."""


def test_every_action_of_the_models_happens_in_some_story(monkeypatch: pytest.MonkeyPatch) -> None:
    happened: set[Span | None] = set()
    take = World.take

    def recorded(self: World, choice: Choice, *args: float) -> object:
        happened.add(self.system.actions[choice.action].span)
        return take(self, choice, *args)

    monkeypatch.setattr(World, "take", recorded)
    for design, under in STORIES:
        for begun in (12, 400):
            for seed in range(6 if any(rare in under for rare in RARE) or PREEMPTING in design else 1):
                wander(Story(design, under, settle=False).run(begun).executor, seed, 130)
    drain_given_up()
    node_given_up()
    for design, asked in ASKED:
        for seed in range(2):
            wander(executor_of(design + asked), seed, 100)
    dead = [
        (c.name.text, a.name.text)
        for c in models().components.values()
        for a in actions_of(c.items)
        if a.span not in happened
    ]
    assert sorted(dead) == EMPTY


def wander(executor: Executor, seed: int, steps: int) -> None:
    for _ in executor.run(SeededRandom(seed), steps):
        pass


def executor_of(text: str) -> Executor:
    design = load(["-"], stdin=text).design
    assert design is not None
    (part, *_) = question(design, design.properties[0]).parts
    return Executor(part.system, part.namer, families=(Family.RANKING,))


def actions_of(items: Iterable[n.ComponentItem]) -> Iterator[n.Action]:
    for item in items:
        match item:
            case n.Action():
                yield item
            case n.Sync(steps=steps):
                yield from steps
            case n.Each(items=inner):
                yield from actions_of(inner)
            case _:
                pass
