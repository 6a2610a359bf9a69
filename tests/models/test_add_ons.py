"""Preemption, volumes, webhooks, what applications say of themselves, and controllers that clusters add."""

from __future__ import annotations

from models.story import Story

ONE = "cluster lab { nodepool general { count: 1  machine { cpu: 4  memory: 16Gi } } }\n"
TWO = ONE.replace("count: 1", "count: 2")
THREE = ONE.replace("count: 1", "count: 3")
TWO_ZONES = """
cluster lab {
  nodepool a { zone: "a"  count: 1  machine { cpu: 4  memory: 16Gi } }
  nodepool b { zone: "b"  count: 1  machine { cpu: 4  memory: 16Gi } }
}
"""


def deployment(name: str, more: str = "", container: str = "", replicas: int = 1) -> str:
    return f'deployment {name} {{ replicas: {replicas}  container app {{ image: "{name}:1"  {container} }}  {more} }}\n'


class TestPreemption:
    URGENT = "priorityclass urgent { value: 1000 }\n"
    BATCH = deployment("batch", "{}", "resources { cpu: 3 }")
    WEB = deployment("web", "priorityClassName: urgent", "resources { cpu: 3 }")

    def test_who_fits_nowhere_takes_the_place_of_a_lower_priority(self) -> None:
        story = Story(ONE + self.URGENT + self.BATCH.replace("{}", "") + self.WEB)
        assert story.holds("web.ready == 1 && batch.ready == 0 && batch.pending == 1")
        assert story.events("Preempted") and any("nominates general-1" in line for line in story.said("kube-scheduler"))

    def test_with_room_elsewhere_nobody_is_preempted(self) -> None:
        story = Story(TWO + self.URGENT + self.BATCH.replace("{}", "") + self.WEB)
        assert story.holds("web.ready == 1 && batch.ready == 1") and not story.events("Preempted")

    def test_a_class_that_never_preempts_waits(self) -> None:
        never = self.URGENT.replace("value: 1000", "value: 1000  preemptionPolicy: Never")
        story = Story(
            ONE + never + self.BATCH.replace("{}", "") + self.WEB.replace("}  prio", "}  preemptionPolicy: Never  prio")
        )
        assert story.holds("web.ready + batch.ready == 1") and not story.events("Preempted")

    def test_the_room_is_kept_from_pods_of_the_same_scheduler_only(self) -> None:
        def cleared(more: str) -> Story:
            """The nominated pod's node is free, and the preempted pod's successor waits."""
            design = ONE + self.URGENT + self.BATCH.replace("{}", more) + self.WEB
            story = Story(design, settle=False)
            while not any("preempts" in line for line in story.said("kube-scheduler")):
                story.run(1)
            return story.do("kubelet: stop batch.r1").do("replicaset/batch.r1: create")

        assert not cleared("").can("scheduler: bind batch.r1")
        assert cleared("schedulerName: second").can("scheduler: bind batch.r1")


class TestVolumes:
    CLAIM = "claim db { storage: 50Gi  class: fast }\n"
    CLASS = 'storageclass fast { provisioner: "pd.csi.storage.gke.io"  volumeBindingMode: WaitForFirstConsumer %s }\n'
    DB = deployment("db", 'volume data { persistentVolumeClaim { claimName: "db" } }  strategy { type: Recreate }')

    def design(self, parameters: str) -> str:
        return TWO_ZONES.replace("}\n}\n", "}\n" + self.CLASS % parameters + "}\n", 1) + self.DB + self.CLAIM

    def test_a_volume_lies_in_the_zone_of_its_first_pod_and_holds_later_ones_there(self) -> None:
        story = Story(self.design(""), under="loss(1 zone)")
        zone = story.bound_to()[0]
        assert story.do(f"zone_loss/{zone}: loss").settle().value("db.ready") == 0

    def test_a_volume_of_a_region_may_be_reached_from_every_zone(self) -> None:
        story = Story(self.design('parameters: { replication-type: "regional-pd" }'), under="loss(1 zone)")
        zone = story.bound_to()[0]
        assert story.do(f"zone_loss/{zone}: loss").settle().value("db.ready") == 1


class TestFacts:
    def test_a_pod_that_warms_up_is_not_ready_before_if_a_probe_asks(self) -> None:
        warm = 'spec.template.metadata.annotations { "kspec.dev/warm-up": "30s" }'
        probe = 'port http: 8080  readiness http { path: "/healthz" }'
        probed = Story(ONE + deployment("web", warm, probe), settle=False)
        while not probed.executor.settled():
            probed.run(1)
            assert probed.holds("web.ready == web.warm")
        blind = Story(ONE + deployment("web", warm), settle=False)
        cold = False
        while not blind.executor.settled():
            blind.run(1)
            cold = cold or blind.holds("web.ready > web.warm")
        assert cold and blind.holds("web.warm == 1")

    def test_init_containers_wait_for_the_services_they_need(self) -> None:
        waits = 'spec.template.metadata.annotations { "kspec.dev/waits-for": "db" }'
        served = deployment("db", "", "port sql: 5432") + "service db { target: db  port sql: 5432 -> sql }\n"
        assert Story(ONE + deployment("web", waits) + served).holds("deployment/web.ready == 1")
        stuck = served.replace("port sql: 5432 }", "port sql: 5432 resources { cpu: 9 } }")
        assert Story(ONE + deployment("web", waits) + stuck).holds("deployment/web.ready == 0")


class TestBarePods:
    def test_a_pod_of_its_own_runs_once_and_nobody_replaces_it(self) -> None:
        story = Story(TWO + 'pod tool { container main { image: "tool:1" } }\n', under="loss(1 node)")
        assert story.value("count(p in pods where ready(p))") == 1
        assert story.do("loss", story.bound_to()).settle().value("count(p in pods where active(p))") == 0

    def test_a_replica_set_without_a_deployment_keeps_its_number(self) -> None:
        text = """
replicaset cache {
  replicas: 2
  selector { matchLabels { app: cache } }
  template { metadata { labels { app: cache } }  spec { containers: [{ name: c, image: "cache:1" }] } }
}
"""
        assert Story(TWO + text).value("cache.ready") == 2


class TestAddOns:
    def test_a_webhook_that_fails_closed_lets_nobody_in_while_it_has_no_pod(self) -> None:
        text = """
namespace policy {
  deployment webhook { container server { image: "policy:3"  port https: 8443 } }
  service webhook { target: webhook  port https: 443 -> https }
}
resource admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration policy {
  webhooks: [{
    name: "pods.acme.io", failurePolicy: %s, sideEffects: None, admissionReviewVersions: ["v1"],
    clientConfig: { service: { namespace: policy, name: webhook } },
    rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
  }]
}
"""
        for policy, ready in (("Fail", 0), ("Ignore", 1)):
            story = Story(TWO + text % policy, under="loss(1 node)")
            assert story.holds("deployment/webhook.ready == 1")
            assert story.do("loss", story.bound_to()).settle().value("deployment/webhook.ready") == ready

    def test_remediation_frees_the_name_of_a_pod_on_a_dead_node(self) -> None:
        pod = 'statefulset db { replicas: 1  container pg { image: "pg:1" } }\n'
        operator = """
resource self-node-remediation.medik8s.io/v1alpha1 SelfNodeRemediationTemplate dead-nodes {
  namespace: default
  spec { template { spec { remediationStrategy: "OutOfServiceTaint" } } }
}
"""
        assert Story(ONE + pod + operator, under="loss(1 node)").do("loss").settle().value("db.pending") == 1
        assert Story(ONE + pod, under="loss(1 node)").do("loss").settle().value("db.pending") == 0

    def test_gitops_brings_back_what_the_repository_says(self) -> None:
        application = """
resource argoproj.io/v1alpha1 Application all {
  namespace: argocd
  spec { destination { namespace: default }  syncPolicy { automated { selfHeal: %s } } }
}
"""
        for heals, size in (("true", 2), ("false", 5)):
            design = THREE + deployment("web", replicas=2) + application % heals
            assert Story(design, under="edit(web, replicas: 5)").do("edit").settle().value("web.replicas") == size


class TestAttachment:
    DISK = """
storageclass disk { provisioner: "disk.csi.acme.io" }
pvc data { accessModes: [%s]  storageClassName: disk  resources { requests { storage: 1Gi } } }
"""
    WEB = deployment("web", "", 'resources { cpu: 3 }  mount data: "/data"').replace(
        "replicas: 1", "replicas: 1  volume data { persistentVolumeClaim { claimName: data } }"
    )

    def rolled_out(self, mode: str, more: str = "") -> Story:
        design = TWO + self.DISK % mode + self.WEB.replace("replicas: 1", f"replicas: 1 {more}")
        return Story(design, under="rollout(web)").do("rollout").settle()

    def test_a_volume_of_one_node_is_not_attached_to_a_second_one(self) -> None:
        stuck = self.rolled_out("ReadWriteOnce")
        assert stuck.holds("web.ready == 1 && !web.updated")
        assert stuck.value("count(p in pods(web) where p.phase == Starting)") == 1

    def test_who_stops_first_lets_go_of_it(self) -> None:
        assert self.rolled_out("ReadWriteOnce", "strategy { type: Recreate }").holds("web.updated && web.ready == 1")

    def test_many_nodes_may_share_a_volume_of_many(self) -> None:
        assert self.rolled_out("ReadWriteMany").holds("web.updated && web.ready == 1")

    def test_a_volume_of_one_pod_keeps_the_second_one_pending(self) -> None:
        assert self.rolled_out("ReadWriteOncePod").holds("web.ready == 1 && web.pending == 1")


def descheduled(plugin: str, arguments: str, point: str = "balance") -> str:
    """A policy with one plugin."""
    return f"""
resource "descheduler/v1alpha2" DeschedulerPolicy policy {{
  namespace: kube-system
  profiles: [{{
    name: "default",
    pluginConfig: [{{ name: "{plugin}", args: {{ {arguments} }} }}],
    plugins: {{ {point}: {{ enabled: ["{plugin}"] }} }},
  }}]
}}
"""


class TestDescheduler:
    CLUSTER = """
cluster lab {
  nodepool a { zone: "a"  count: 1  machine { cpu: 4  memory: 16Gi } }
  nodepool b { zone: "b"  count: 1  machine { cpu: 4  memory: 16Gi } }
}
"""
    SPREAD = deployment("web", "topologySpread zone { maxSkew: 1 }", "resources { cpu: 1 }", 3)

    def evicted(self, story: Story) -> list[str]:
        return [line for line in story.said("descheduler") if line.startswith("evicts")]

    def test_a_domain_that_stands_out_loses_a_pod(self) -> None:
        policy = descheduled("RemovePodsViolatingTopologySpreadConstraint", "")
        design = self.CLUSTER + self.SPREAD + policy
        story = Story(design, under="cordon(any node), uncordon(any node)", settle=False)
        story.do("cordon", "b-1").settle()
        assert story.holds("web.pending > 0")
        story.do("uncordon", "b-1").settle()
        assert story.holds('web.ready == 3 && skew(web, "topology.kubernetes.io/zone") <= 1')

    def test_what_is_under_utilized_is_emptied(self) -> None:
        policy = descheduled("HighNodeUtilization", "thresholds: { cpu: 30 }")
        big, small = deployment("big", "", "resources { cpu: 3 }"), deployment("small", "", "resources { cpu: 500m }")
        story = Story(self.CLUSTER + big + small + policy, settle=False).run(200)
        assert any("under-utilized" in line for line in self.evicted(story))

    def test_pods_leave_a_node_whose_taint_they_do_not_tolerate(self) -> None:
        policy = descheduled("RemovePodsViolatingNodeTaints", "", "deschedule")
        story = Story(self.CLUSTER + deployment("web", "", "", 2) + policy, under="cordon(any node)")
        story.do("cordon", "a-1").settle()
        assert story.holds("web.ready == 2") and len(self.evicted(story)) == 1

    def test_pods_that_restart_for_ever_are_moved_for_ever(self) -> None:
        policy = descheduled("RemovePodsHavingTooManyRestarts", "podRestartThreshold: 10", "deschedule")
        story = Story(self.CLUSTER + deployment("web") + policy, under="failing(web)").do("failing").run(100)
        assert len(self.evicted(story)) > 2 and not story.executor.settled()


class TestReadiness:
    def app(self, name: str, needs: str) -> str:
        fact = f'spec.template.metadata.annotations {{ "kspec.dev/needs": "{needs}" }}'
        return (
            deployment(name, fact, 'port http: 8080  readiness http { path: "/" }')
            + f"service {name} {{ target: {name}  port http: 80 -> http }}\n"
        )

    def test_who_needs_each_other_to_be_ready_never_is(self) -> None:
        assert Story(TWO + self.app("a", "b") + self.app("b", "a")).holds("a.ready == 0 && b.ready == 0")
        assert Story(TWO + self.app("a", "b") + self.app("b", "")).holds("a.ready == 1 && b.ready == 1")

    def test_who_needs_what_breaks_breaks_with_it(self) -> None:
        story = Story(TWO + self.app("a", "b") + self.app("b", ""), under="failing(b), repair(b)")
        assert story.do("failing").settle().holds("a.ready == 0")
        assert story.do("repair").settle().holds("a.ready == 1")

    def test_a_slow_start_needs_a_startup_probe_before_the_liveness_probe(self) -> None:
        fact = 'spec.template.metadata.annotations { "kspec.dev/warm-up": "60s" }'
        live = 'port http: 8080  readiness http { path: "/" }  liveness http { path: "/" }'
        assert Story(TWO + deployment("web", fact, live)).holds("web.ready == 0")
        patient = live + '  startup http { path: "/"  failureThreshold: 30 }'
        assert Story(TWO + deployment("web", fact, patient)).holds("web.ready == 1")
