"""API server, scheduler, nodes, eviction, network and faults, in their own words."""

from __future__ import annotations

from models.story import Story

THREE = "cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }\n"
TWO_ZONES = """
cluster lab {
  nodepool a { zone: "a"  count: 1  machine { cpu: 4  memory: 16Gi } }
  nodepool b { zone: "b"  count: 1  machine { cpu: 4  memory: 16Gi } }
}
"""


def deployment(name: str = "web", replicas: int = 2, more: str = "", cpu: str = "500m") -> str:
    return f"""
deployment {name} {{
  replicas: {replicas}
  container app {{ image: "{name}:1"  port http: 8080  resources {{ cpu: {cpu}  memory: 64Mi }} }}
  {more}
}}
"""


class TestApiServer:
    def test_takes_objects_in_order_and_tells_each_stage(self) -> None:
        story = Story(THREE + "namespace shop {" + deployment() + "}")
        web = [(s.component, s.action) for s in story.steps if s.object.kind == "Deployment"][:6]
        assert [action for _, action in web] == ["apply", "authenticate", "admit", "default", "validate", "put"]
        (stored,) = [s.summary for s in story.steps if s.component == "etcd" and s.object.kind == "Deployment"]
        assert stored == "stores /registry/deployments/shop/web at revision 2"

    def test_every_write_has_its_own_revision(self) -> None:
        story = Story(THREE + deployment())
        revisions = [int(line.rpartition(" ")[2]) for line in story.said("etcd")]
        assert revisions == list(range(1, len(revisions) + 1))

    def test_a_namespace_that_is_deleted_takes_everything_with_it(self) -> None:
        story = (
            Story(THREE + "namespace shop {" + deployment() + "}", under="delete(namespace/shop)").do("delete").settle()
        )
        assert story.holds("namespace/shop.status == Gone && count(pods) == 0")

    def test_an_object_with_finalizers_keeps_its_namespace(self) -> None:
        held = 'namespace shop { resource acme.io/v1 Database main { metadata { finalizers: ["acme.io/wait"] } } }'
        story = Story(THREE + held, under="delete(namespace/shop)").do("delete").settle()
        assert story.holds("namespace/shop.status == Terminating")


class TestGarbageCollector:
    def test_pods_go_after_their_owner(self) -> None:
        story = Story(THREE + deployment(), under="delete(web)").do("garbage_collector/web: delete")
        assert story.holds("!remains(web) && web.ready == 2")
        assert story.settle().holds("count(pods(web)) == 0")

    def test_in_the_foreground_the_owner_waits_for_them(self) -> None:
        story = Story(THREE + deployment(), under="delete_in_foreground(web)").do("delete_in_foreground")
        while story.holds("count(pods(web)) > 0"):
            assert story.holds("remains(web)")
            story.run(1)
        assert story.settle().holds("!remains(web)")

    def test_replica_sets_that_are_orphans_keep_their_number(self) -> None:
        story = Story(THREE + deployment(), under="delete_and_orphan(web), delete(any pod)").do("delete_and_orphan")
        assert story.settle().do("by_hand: delete").settle().holds("web.ready == 2 && !remains(web)")

    def test_pods_that_are_orphans_are_nobodys(self) -> None:
        db = 'statefulset db { replicas: 2  container pg { image: "pg:1" } }\n'
        story = Story(THREE + db, under="delete_and_orphan(db), delete(any pod)").do("delete_and_orphan")
        assert story.settle().do("by_hand: delete").settle().value("db.ready") == 1


class TestScheduler:
    def test_binds_only_where_requests_fit(self) -> None:
        story = Story(THREE + deployment(replicas=4, cpu="3"))
        assert story.holds("web.ready == 3 && web.pending == 1")

    def test_keeps_pods_off_tainted_nodes(self) -> None:
        tainted = THREE.replace("16Gi } }", '16Gi }  taints: [{ key: "dedicated", effect: NoSchedule }] }')
        assert Story(tainted + deployment()).value("web.pending") == 2
        tolerant = 'tolerations: [{ key: "dedicated", operator: Exists }]'
        assert Story(tainted + deployment(more=tolerant)).value("web.ready") == 2

    def test_follows_node_selectors(self) -> None:
        story = Story(TWO_ZONES + deployment(more='nodeSelector: { "topology.kubernetes.io/zone": b }'))
        assert story.value('count(p in pods(web) where p.zone == "b")') == 2

    def test_puts_no_two_pods_with_anti_affinity_on_one_node(self) -> None:
        story = Story(THREE + deployment(replicas=4, more="antiAffinity node { required: true }"))
        assert story.holds("web.ready == 3 && web.pending == 1")

    def test_counts_the_anti_affinity_of_pods_that_run_already(self) -> None:
        lonely = (
            "affinity { podAntiAffinity { requiredDuringSchedulingIgnoredDuringExecution: "
            '[{ topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { tier: front } } }] } }'
        )
        front = "labels: { tier: front }"
        story = Story(
            "cluster lab { nodepool one { count: 1  machine { cpu: 4  memory: 16Gi } } }\n"
            + deployment("db", 1, lonely)
            + deployment("web", 1, f"spec.template.metadata.{front}")
        )
        assert story.holds("db.ready == 1 && web.pending == 1")

    def test_spreads_over_zones_within_the_skew(self) -> None:
        spread = "topologySpread zone { maxSkew: 1  whenUnsatisfiable: DoNotSchedule }"
        story = Story(TWO_ZONES + deployment(replicas=4, more=spread))
        assert story.value('skew(web, "topology.kubernetes.io/zone")') == 0

    def test_host_ports_keep_pods_apart(self) -> None:
        text = deployment(replicas=4).replace("port http: 8080", "ports: [{ containerPort: 80, hostPort: 80 }]")
        assert Story(THREE + text).holds("web.ready == 3 && web.pending == 1")

    def test_required_affinity_joins_pods_and_lets_the_first_one_start(self) -> None:
        together = (
            "affinity { podAffinity { requiredDuringSchedulingIgnoredDuringExecution: "
            '[{ topologyKey: "kubernetes.io/hostname", '
            'labelSelector: { matchLabels: { "app.kubernetes.io/name": web } } }] } }'
        )
        story = Story(THREE + deployment(replicas=3, more=together))
        assert story.holds("web.ready == 3 && max(count(pods(web).on(n)) for n in nodes) == 3")


class TestEviction:
    def test_a_drain_moves_pods_one_by_one_within_the_budget(self) -> None:
        design = THREE + deployment(more="antiAffinity node { required: true }") + "pdb web { minAvailable: 1 }"
        story = Story(design, under="drain(general-1)").do("drain", "general-1").settle()
        assert story.holds("web.available == 2 && (forall n in nodes: n.drained)")

    def test_a_budget_without_room_refuses_every_eviction(self) -> None:
        design = THREE + deployment(more="antiAffinity node { required: true }") + "pdb web { minAvailable: 2 }"
        story = Story(design, under="drain(general-1)").do("drain", "general-1").settle()
        assert not story.holds("forall n in nodes: n.drained")

    def test_percentages_of_a_budget_round_up(self) -> None:
        design = THREE + deployment(replicas=5) + "pdb web { minAvailable: 30% }"
        assert Story(design).value("wanted(pdb/web)") == 2

    def test_pods_that_are_not_healthy_are_protected_unless_the_policy_says_otherwise(self) -> None:
        budget = "pdb web { maxUnavailable: 1 }"
        for policy, drains in (("", False), ("unhealthyPodEvictionPolicy: AlwaysAllow  ", True)):
            design = THREE + deployment(more="") + budget.replace("max", policy + "max")
            story = Story(design, under="failing(web), drain(any node)").do("failing").settle()
            where = story.executor.world.nodes[story.executor.world.pods[0].node or 0].name
            story.do("drain", where)
            assert story.can("evict", where) is drains

    def test_two_budgets_on_one_pod_refuse_it(self) -> None:
        both = "pdb one { minAvailable: 1  target: web }\npdb two { minAvailable: 1  target: web }\n"
        story = Story(THREE + deployment(more="antiAffinity node { required: true }") + both, under="drain(general-1)")
        assert not story.do("drain", "general-1").can("evict", "general-1")


class TestNodes:
    def test_pods_of_a_lost_node_become_not_ready_and_are_replaced(self) -> None:
        story = Story(THREE + deployment(more="antiAffinity node { required: true }"), under="loss(1 node)")
        story.do("loss", "general-1").settle()
        assert story.holds("web.ready == 2 && count(p in pods(web) where p.phase == Terminating) == 1")
        assert story.events("NodeNotReady") == ["Node is not ready"]

    def test_a_node_that_returns_finishes_what_was_asked_of_it(self) -> None:
        story = Story(
            THREE + deployment(more="antiAffinity node { required: true }"), under="loss(1 node), recovery(1 node)"
        )
        story.do("loss", "general-1").settle().do("recovery", "general-1").settle()
        assert story.holds("web.ready == 2 && count(pods(web)) == 2")

    def test_a_lost_zone_takes_all_its_nodes_at_once(self) -> None:
        story = Story(TWO_ZONES + deployment(), under="loss(1 zone)").do("loss")
        assert story.value("count(n in nodes where n.ready)") == 1
        assert story.settle().holds("web.ready == 2")

    def test_a_no_execute_taint_kills_what_does_not_tolerate_it(self) -> None:
        tainted = THREE.replace("16Gi } }", '16Gi }  taints: [{ key: "key1", effect: NoExecute }] }')
        story = Story(tainted + deployment(replicas=1, more='nodeName: "general-1"'), settle=False).run(60)
        assert story.events("TaintManagerEviction")

    def test_a_cordoned_node_gets_no_new_pods(self) -> None:
        story = Story(THREE + deployment(), under="cordon(any node), scale(web, to: 6)")
        before = story.value("count(p in pods(web) where p.node.unschedulable)")
        story.do("cordon", "general-1").do("scale").settle()
        assert before == 0 and story.holds("web.ready == 6")
        assert story.value("max(if n.unschedulable then count(pods(web).on(n)) else 0 for n in nodes)") <= 1


class TestContainerRuntime:
    def test_containers_are_started_call_by_call(self) -> None:
        story = Story(
            "cluster lab { nodepool one { count: 1  machine { cpu: 4  memory: 16Gi } } }\n" + deployment(replicas=1)
        )
        calls = [step.action for step in story.steps if step.component == "container-runtime/one-1"]
        assert calls == ["RunPodSandbox", "PullImage", "CreateContainer", "StartContainer"]


class TestNetwork:
    DESIGN = THREE + "namespace shop {" + deployment() + "service web { target: web  port http: 80 -> http } }"

    def test_endpoints_follow_ready_pods(self) -> None:
        story = Story(self.DESIGN)
        last = story.said("kube-controller-manager/endpointslice")[-1]
        assert last.startswith("endpoint slice of service web: 10.244.") and last.count(":8080") == 2

    def test_every_node_has_the_rules_of_the_service(self) -> None:
        story = Story(self.DESIGN)
        for number in (1, 2, 3):
            rule = story.said(f"kube-proxy/general-{number}")[-1]
            assert rule.startswith("-A KUBE-SERVICES -d 10.96.0.10/32 -p tcp --dport 80 -j KUBE-SVC-")
            assert rule.count(":8080") == 2

    def test_without_endpoints_the_rule_refuses(self) -> None:
        story = Story(self.DESIGN.replace("replicas: 2", "replicas: 0"))
        assert story.said("kube-proxy/general-1") == [
            "-A KUBE-SERVICES -d 10.96.0.10/32 -p tcp --dport 80 -j REJECT (no endpoints)"
        ]

    def test_dns_knows_services_and_named_ports(self) -> None:
        said = Story(self.DESIGN).said("coredns")
        assert "A web.shop.svc.cluster.local -> 10.96.0.10" in said
        assert "SRV _http._tcp.web.shop.svc.cluster.local -> port 80" in said

    def test_a_headless_service_has_the_addresses_of_its_pods(self) -> None:
        said = Story(self.DESIGN.replace("target: web", 'target: web  clusterIP: "None"')).said("coredns")
        assert any(line.startswith("A web.shop.svc.cluster.local -> 10.244.") for line in said)

    def test_an_ingress_routes_to_the_endpoints_of_its_services(self) -> None:
        ingress = (
            'namespace shop { ingress web { class: nginx  host "shop.example.com" { path "/": service/web.http } } }'
        )
        said = Story(self.DESIGN + ingress).said("ingress-controller")
        assert said[0] == "routes shop.example.com/ to service web"
        assert said[-1].startswith("upstream web: 10.244.") and said[-1].count(":8080") == 2

    def test_prometheus_scrapes_what_is_annotated(self) -> None:
        annotated = self.DESIGN.replace("target: web", 'annotations: { "prometheus.io/scrape": "true" }  target: web')
        assert Story(self.DESIGN).said("prometheus") == []
        assert Story(annotated).said("prometheus")[-1].endswith("(job shop/web)")


class TestAutoscaling:
    DESIGN = THREE + deployment(replicas=2) + "hpa web { replicas: 3..5  cpu: 70% }"

    def test_the_minimum_is_kept(self) -> None:
        story = Story(self.DESIGN)
        assert story.value("web.ready") == 3
        assert story.events("SuccessfulRescale")[0].startswith("New size: 3; reason:")

    def test_the_size_follows_the_load_within_bounds(self) -> None:
        story = Story(self.DESIGN, under="load(web, k: 5), load(web, k: 1)")
        assert story.do("load horizontalpodautoscaler/default/web 5").settle().value("web.ready") == 5
        assert story.do("load horizontalpodautoscaler/default/web 1").settle().value("web.ready") == 3

    def behaving(self, behavior: str, under: str, replicas: int = 2, uses: str = "50%") -> Story:
        use = f'spec.template.metadata.annotations {{ "kspec.dev/cpu": "{uses}" }}'
        scaler = f"hpa web {{ replicas: 2..8  cpu: 50%  behavior {{ {behavior} }} }}"
        return Story(THREE + deployment(replicas=replicas, more=use, cpu="100m") + scaler, under=under)

    def sizes(self, story: Story) -> list[str]:
        return [line.partition(";")[0].rpartition(" ")[2] for line in story.events("SuccessfulRescale")]

    def test_policies_bound_every_step(self) -> None:
        up = "scaleUp { policies: [{ type: Pods, value: 2, periodSeconds: 60 }] }"
        down = "scaleDown { policies: [{ type: Percent, value: 50, periodSeconds: 60 }] }"
        story = self.behaving(up + down, "load(web, k: 8), load(web, k: 2)", uses="50%")
        story.do("load horizontalpodautoscaler/default/web 8").settle()
        assert self.sizes(story) == ["4", "6", "8"]
        story.do("load horizontalpodautoscaler/default/web 2").settle()
        assert self.sizes(story)[3:] == ["4", "2"]

    def test_a_direction_can_be_switched_off(self) -> None:
        story = self.behaving("scaleDown { selectPolicy: Disabled }", "load(web, k: 4), load(web, k: 2)")
        story.do("load horizontalpodautoscaler/default/web 4").settle()
        assert story.do("load horizontalpodautoscaler/default/web 2").settle().value("web.ready") == 4

    def test_within_its_tolerance_a_size_stays(self) -> None:
        assert self.behaving("scaleUp {}", "load(web, k: 2)", uses="54%").value("web.ready") == 2
        assert self.behaving('scaleUp { tolerance: "0.05" }', "load(web, k: 2)", uses="54%").value("web.ready") > 2

    def test_going_down_waits_for_the_window(self) -> None:
        story = self.behaving("scaleDown { stabilizationWindowSeconds: 120 }", "load(web, k: 4), load(web, k: 2)")
        story.do("load horizontalpodautoscaler/default/web 4").settle()
        before = story.executor.time
        story.do("load horizontalpodautoscaler/default/web 2").settle()
        (last,) = [s.time for s in story.steps if s.action == "SuccessfulRescale"][-1:]
        assert last - before == 120


class TestFaults:
    def test_an_edit_by_hand_is_undone_by_the_autoscaler(self) -> None:
        story = Story(TestAutoscaling.DESIGN, under="edit(web, replicas: 1)").do("edit")
        assert story.holds("web.replicas == 1") and story.settle().holds("web.replicas == 3")

    def test_an_application_that_fails_is_not_ready_until_it_is_repaired(self) -> None:
        story = Story(THREE + deployment(), under="failing(web), repair(web)").do("failing").settle()
        assert story.holds("web.ready == 0 && web.active == 2")
        assert story.do("repair").settle().holds("web.ready == 2")
