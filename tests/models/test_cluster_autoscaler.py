"""The cluster autoscaler, in its own words: what it adds, what it takes away, and what it leaves alone."""

from __future__ import annotations

import pytest
from models.story import Story

from kspec.check.design import verify_design
from kspec.check.options import Options
from kspec.check.verdict import Proved, Violated
from kspec.elaborate.load import load


def pool(count: str = "1..3", name: str = "general", more: str = "", cpu: int = 4) -> str:
    return f"nodepool {name} {{ count: {count}  machine {{ cpu: {cpu}  memory: 16Gi }}  {more} }}\n"


def lab(*pools: str) -> str:
    return f"cluster lab {{ {' '.join(pools or (pool(),))} }}\n"


def scaler(spec: str = "scaleDown { enabled: true }") -> str:
    return f"resource autoscaling.openshift.io/v1 ClusterAutoscaler default {{ spec {{ {spec} }} }}\n"


def web(replicas: int = 1, more: str = "", cpu: str = "1500m", name: str = "web") -> str:
    container = f'container app {{ image: "{name}:1"  resources {{ cpu: {cpu} }} }}'
    return f"deployment {name} {{ replicas: {replicas}  {container}  {more} }}\n"


def scattered(story: Story) -> Story:
    """Of four pods on two nodes one is left on each: pods are deleted where they are crowded."""
    story.do("scale 2")
    while story.value("web.active") > 2:
        story.run(1)
    assert len({pod.node for pod in story.executor.world.pods if pod.state.phase == "Ready"}) == 2
    return story


def drain_given_up() -> Story:
    """A node is about to be emptied when its pods break, and their budget lets them go no more."""
    design = lab() + scaler() + web(4) + "pdb web { minAvailable: 1 }\n"
    story = scattered(Story(design, under="scale(web, to: 2), failing(web), repair(web)"))
    while not any(s.action == "taint" for s in story.steps):
        story.run(1)
    return story.do("failing").do("probe_fails", "general-1").do("probe_fails", "general-2").settle()


def node_given_up() -> Story:
    """A node is ordered, and then no machine can be had."""
    zones = lab(pool("1..2", "a", 'zone: "a"'), pool("1..1", "b", 'zone: "b"'))
    story = Story(zones + scaler() + web(4), under="scale(web, to: 5), stockout(any node)").do("scale 5")
    while not story.can("join"):
        story.run(1)
    return story.do("stockout").settle()


class TestScaleUp:
    def test_a_pod_that_fits_nowhere_gets_a_node(self) -> None:
        story = Story(lab() + scaler() + web(3))
        assert story.holds('web.ready == 3 && pool_size("general") == 2')
        assert story.events("TriggeredScaleUp") == ["pod triggered scale-up: [{general 1->2 (max: 3)}]"]

    def test_without_the_object_the_pool_stays_at_its_smallest(self) -> None:
        assert Story(lab() + web(3)).holds("web.ready == 2 && web.pending == 1 && count(nodes) == 1")

    def test_not_beyond_the_pool_nor_beyond_the_limit_of_all_nodes(self) -> None:
        assert Story(lab() + scaler() + web(9)).holds('pool_size("general") == 3 && web.pending == 3')
        limited = scaler("resourceLimits { maxNodesTotal: 2 }")
        assert Story(lab() + limited + web(9)).holds('pool_size("general") == 2 && web.pending == 5')

    def test_only_where_an_empty_node_would_take_the_pod(self) -> None:
        agent = 'daemonset agent { container a { image: "agent:1"  resources { cpu: 1 } } }\n'
        for cpu, size in (("2", 2), ("3500m", 1)):
            story = Story(lab(pool("1..2")) + scaler() + agent + web(1, cpu=cpu), under="scale(web, to: 2)").do(
                "scale 2"
            )
            assert story.settle().value('pool_size("general")') == size, cpu

    def test_of_several_pools_only_one_that_suits(self) -> None:
        taint = 'taints: [{ key: "gpu", effect: NoSchedule }]'
        story = Story(lab(pool("1..2"), pool("0..2", "gpu", taint)) + scaler() + web(9))
        assert story.holds('pool_size("general") == 2 && pool_size("gpu") == 0')
        gpu = 'tolerations: [{ key: "gpu", operator: Exists }]'
        assert Story(lab(pool("1..2"), pool("0..2", "gpu", taint)) + scaler() + web(9, gpu)).value('pool_size("gpu")')

    def test_one_node_for_each_pod_that_has_to_be_alone(self) -> None:
        story = Story(lab() + scaler() + web(3, "antiAffinity node { required: true }", "100m"))
        assert story.holds('web.ready == 3 && pool_size("general") == 3')
        assert [s.time for s in story.steps if s.action == "TriggeredScaleUp"] == [10.0, 10.0]

    def test_pods_below_the_threshold_of_priority_wait(self) -> None:
        classes = "priorityclass low { value: -20 }\n"
        low = 'priorityClassName: "low"'
        assert Story(lab() + classes + scaler() + web(3, low)).value("web.pending") == 1
        asked = scaler("podPriorityThreshold: -30")
        assert Story(lab() + classes + asked + web(3, low)).value("web.pending") == 0

    def test_where_no_machine_can_be_had_another_one_is_taken(self) -> None:
        zones = lab(pool("1..2", "a", 'zone: "a"'), pool("1..2", "b", 'zone: "b"'))
        story = Story(zones + scaler() + web(4), under="scale(web, to: 5), stockout(2 nodes)")
        story.do("stockout", "a-2").do("scale 5").settle()
        assert story.holds('web.ready == 5 && pool_size("a") == 1 && pool_size("b") == 2')

    def test_a_node_that_never_comes_is_given_up(self) -> None:
        story = node_given_up()
        assert story.holds('web.pending == 1 && pool_size("a") == 1')
        assert story.said("cluster-autoscaler")[-1] == "gives up waiting for a node of pool a"


class TestScaleDown:
    def shrunk(
        self, more: str = "", app: str = "", spec: str = "scaleDown { enabled: true }", count: str = "1..3"
    ) -> int:
        """The size of the pool when five pods have come and four of them have gone again."""
        design = lab(pool(count)) + scaler(spec) + web(1, app) + more
        story = Story(design, under="scale(web, to: 5), scale(web, to: 1)").do("scale 5").settle()
        assert story.value('pool_size("general")') == 3
        return story.do("scale 1").settle().value('pool_size("general")')

    def test_nodes_that_nobody_needs_go_down_to_the_smallest_size(self) -> None:
        assert self.shrunk() == 1
        assert self.shrunk(count="2..3") == 2

    def test_not_unless_it_is_enabled(self) -> None:
        assert self.shrunk(spec="scaleDown { enabled: false }") == 3

    def test_the_machine_goes_with_its_daemons(self) -> None:
        agent = 'daemonset agent { container a { image: "agent:1"  resources { cpu: 100m } } }\n'
        design = lab() + scaler() + web(1) + agent
        story = Story(design, under="scale(web, to: 5), scale(web, to: 1)").do("scale 5").settle()
        assert story.value("agent.ready") == 3
        story.do("scale 1").settle()
        assert story.holds('pool_size("general") == 1 && agent.ready == 1 && agent.desired == 1')

    @pytest.mark.parametrize(
        ("more", "app", "moves"),
        [
            ("pdb web { maxUnavailable: 1 }\n", "", True),
            ("pdb web { minAvailable: 100% }\n", "", False),
            ("", "volume tmp { emptyDir {} }", False),
            ("", 'volume tmp { emptyDir { medium: "Memory" } }', True),
            (
                "",
                'spec.template.metadata.annotations { "cluster-autoscaler.kubernetes.io/safe-to-evict": "false" }',
                False,
            ),
            (
                "",
                "volume tmp { emptyDir {} }\n"
                'spec.template.metadata.annotations { "cluster-autoscaler.kubernetes.io/safe-to-evict": "true" }',
                True,
            ),
        ],
    )
    def test_pods_that_may_not_move_keep_their_node(self, more: str, app: str, moves: bool) -> None:
        design = lab() + scaler() + web(4, app) + more
        story = Story(design, under="scale(web, to: 2)")
        assert story.value('pool_size("general")') == 2
        assert scattered(story).settle().value('pool_size("general")') == (1 if moves else 2)

    def test_a_bare_pod_keeps_its_node(self) -> None:
        pod = 'pod tool { container main { image: "tool:1"  resources { cpu: 3 } } }\n'
        story = Story(
            lab(pool("1..2")) + scaler('scaleDown { enabled: true  utilizationThreshold: "0.9" }') + web(1) + pod
        )
        assert story.value('pool_size("general")') == 2

    def test_a_node_that_is_used_enough_stays(self) -> None:
        for threshold, size in (("0.5", 1), ("0.3", 2)):
            spec = f'scaleDown {{ enabled: true  utilizationThreshold: "{threshold}" }}'
            story = Story(lab() + scaler(spec) + web(4), under="scale(web, to: 2)")
            assert scattered(story).settle().value('pool_size("general")') == size, threshold

    def test_no_node_goes_whose_pods_fit_nowhere_else(self) -> None:
        spec = 'scaleDown { enabled: true  utilizationThreshold: "0.9" }'
        story = Story(lab() + scaler(spec) + web(2, cpu="3"))
        assert story.settle().value('pool_size("general")') == 2

    def test_a_drain_that_a_budget_stops_is_given_up(self) -> None:
        story = drain_given_up()
        assert story.events("ScaleDownFailed")
        assert story.do("repair").settle().value('pool_size("general")') == 1

    def test_a_lost_node_is_replaced(self) -> None:
        design = lab(pool("1..2")) + scaler() + web(2) + web(1, cpu="3", name="big")
        story = Story(design, under="loss(general-2)").do("loss", "general-2").settle()
        assert story.holds("web.ready == 2 && big.ready == 1")


class TestQuestions:
    def verdict(self, text: str) -> object:
        loaded = load(["-"], stdin=text)
        assert loaded.design is not None, [d.message for d in loaded.diagnostics]
        (verdict,) = verify_design(loaded.design, Options()).verdicts
        return verdict

    def test_it_is_part_of_every_question(self) -> None:
        placed = "goal placed: eventually always web.available == 3"
        assert isinstance(self.verdict(lab() + scaler() + web(3) + placed), Proved)
        assert isinstance(self.verdict(lab() + web(3) + placed), Violated)

    def test_the_pool_stays_within_its_range(self) -> None:
        asked = "invariant range: always forall n in nodes: staying(n) >= 1 "
        asked += "under scale(web, to: 9), scale(web, to: 1)"
        assert isinstance(self.verdict(lab() + scaler() + web(1) + asked), Proved)

    def test_nodes_to_come_are_no_places_to_spread_over(self) -> None:
        spread = "topologySpread node { maxSkew: 1 }"
        placed = 'goal placed: eventually always web.available == 3 && pool_size("general") == 1'
        assert isinstance(self.verdict(lab() + scaler() + web(3, spread, "1") + placed), Proved)
