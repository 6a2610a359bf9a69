"""`KubeSchedulerConfiguration`: what it changes, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import making
import pytest
import yaml

from kspec.domain.objects import Resource
from kspec.scheduler.configuration import Configuration, default_configuration, read_configuration
from kspec.scheduler.inputs import load
from kspec.scheduler.scheduler import Scheduler

HEAD = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n"


def read(text: str) -> Configuration:
    found = read_configuration(Resource(yaml.safe_load(HEAD + text)))
    assert isinstance(found, Configuration), found
    return found


def run(text: str, pod: Any, *objects: Any, **fields: Any) -> Any:
    return Scheduler(making.snapshot(*objects, **fields), read(text)).schedule(pod)


def args(plugin: str, text: str) -> str:
    return f"profiles: [{{pluginConfig: [{{name: {plugin}, args: {text}}}]}}]"


def test_the_default_profile_has_upstreams_plugins_and_weights() -> None:
    """Upstream `TestDefaults`, apis/config/v1/defaults_test.go."""
    profile = default_configuration().profiles[0]
    assert [(p.name, w) for p, w in profile.score] == [
        ("TaintToleration", 3),
        ("NodeAffinity", 2),
        ("NodeResourcesFit", 1),
        ("PodTopologySpread", 2),
        ("InterPodAffinity", 2),
        ("DynamicResources", 2),
        ("NodeResourcesBalancedAllocation", 1),
        ("ImageLocality", 1),
    ]
    assert [p.name for p in profile.post_filter] == ["DynamicResources", "DefaultPreemption"]
    assert read("").profiles[0].scheduler_name == "default-scheduler"


def test_a_star_turns_all_defaults_of_a_point_off() -> None:
    text = "profiles: [{plugins: {score: {disabled: [{name: '*'}], enabled: [{name: ImageLocality, weight: 7}]}}}]"
    assert [(p.name, w) for p, w in read(text).profiles[0].score] == [("ImageLocality", 7)]


def test_a_point_may_give_another_weight_and_the_plugin_comes_first() -> None:
    text = "profiles: [{plugins: {score: {enabled: [{name: NodeResourcesFit, weight: 9}]}}}]"
    scores = [(p.name, w) for p, w in read(text).profiles[0].score]
    assert scores[:2] == [("NodeResourcesFit", 9), ("TaintToleration", 3)]
    assert len(scores) == 8


def test_a_plugin_turned_off_everywhere_is_nowhere() -> None:
    text = "profiles: [{plugins: {multiPoint: {disabled: [{name: TaintToleration}, {name: DynamicResources}]}}}]"
    tainted = making.node("a", taints=[{"key": "k", "effect": "NoSchedule"}])
    assert run(text, making.pod("p"), tainted).chosen == "a"
    result = run(text, making.pod("q", cpu="9"), tainted)
    assert result.message == (
        "0/1 nodes are available: 1 Insufficient cpu. "
        "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."
    )


def test_profiles_are_chosen_by_the_pods_scheduler_name() -> None:
    text = (
        "profiles: [{schedulerName: default-scheduler}, {schedulerName: packing, "
        "pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategy: {type: MostAllocated}}}]}]"
    )
    nodes = [making.node("empty"), making.node("half"), making.pod("there", cpu="2", memory="4Gi", nodeName="half")]
    wants = {"cpu": "1", "memory": "2Gi"}
    assert run(text, making.pod("p", **wants), *nodes).chosen == "empty"
    assert run(text, making.pod("p", schedulerName="packing", **wants), *nodes).chosen == "half"


def test_ignored_resources_are_left_to_something_else() -> None:
    gpu = making.pod("p", requests={"example.com/gpu": "1"})
    assert not run("", gpu, making.node("a")).scheduled
    assert run(args("NodeResourcesFit", "{ignoredResources: [example.com/gpu]}"), gpu, making.node("a")).scheduled
    assert run(args("NodeResourcesFit", "{ignoredResourceGroups: [example.com]}"), gpu, making.node("a")).scheduled


def test_added_affinity_is_imposed_on_every_pod() -> None:
    terms = "[{matchExpressions: [{key: disk, operator: In, values: [ssd]}]}]"
    required = f"{{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: {terms}}}}}"
    result = run(
        args("NodeAffinity", f"{{addedAffinity: {required}}}"),
        making.pod("p"),
        making.node("a"),
        making.node("b", labels={"disk": "ssd"}),
    )
    assert making.reasons(result) == {"a": ("node(s) didn't match scheduler-enforced node affinity",)}


def test_default_constraints_are_for_pods_that_belong_together() -> None:
    constraint = "[{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule}]"
    text = args("PodTopologySpread", f"{{defaultingType: List, defaultConstraints: {constraint}}}")
    from kspec.domain.network import Service

    service = Service.model_validate(
        {"metadata": {"name": "s", "namespace": "default"}, "spec": {"selector": {"app": "w"}}}
    )
    there = making.pod("1", labels={"app": "w"}, nodeName="a")
    result = run(
        text, making.pod("p", labels={"app": "w"}), making.node("a"), making.node("b"), there, services=(service,)
    )
    assert making.feasible(result) == ["b"]


def test_percentage_of_nodes_to_score_is_the_profiles_or_else_the_schedulers() -> None:
    nodes = [making.node(f"n{i:03}") for i in range(300)]
    assert run("percentageOfNodesToScore: 50", making.pod("p"), *nodes).feasible == 150
    assert run("profiles: [{percentageOfNodesToScore: 100}]", making.pod("p"), *nodes).feasible == 300


@pytest.mark.parametrize(
    ("text", "rule", "message"),
    [
        ("profiels: []", "KS0004", "there is no field `profiels` here"),
        (
            "percentageOfNodesToScore: 120",
            "KS1001",
            "percentageOfNodesToScore: Input should be less than or equal to 100",
        ),
        ("profiles: [{plugins: {score: {enabled: [{name: Best}]}}}]", "KS1003", "there is no plugin `Best`"),
        (
            "profiles: [{plugins: {score: {enabled: [{name: NodePorts}]}}}]",
            "KS1001",
            "`NodePorts` does not extend score",
        ),
        (
            "profiles: [{plugins: {bind: {disabled: [{name: '*'}]}}}]",
            "KS1001",
            "a profile needs a bind plugin, and has none",
        ),
        ("profiles: [{}, {}]", "KS1001", "two profiles are called `default-scheduler`"),
        (
            args("NodeResourcesFit", "{scoringStrategy: {type: RequestedToCapacityRatio}}"),
            "KS1001",
            "profiles.0.pluginConfig.0.args.scoringStrategy: RequestedToCapacityRatio needs a shape",
        ),
        (args("InterPodAffinity", "{hardWeight: 3}"), "KS0004", "there is no field `hardWeight` here"),
        ("extenders: [{urlPrefix: 'http://x'}]", "KS1001", "extenders ask a server that is not there"),
    ],
)
def test_a_bad_configuration_is_told_and_not_run(text: str, rule: str, message: str) -> None:
    found = read_configuration(Resource(yaml.safe_load(HEAD + text)))
    assert isinstance(found, tuple)
    assert (found[0].rule.id, found[0].message) == (rule, message)


def test_a_misspelt_plugin_is_pointed_at_and_the_right_name_proposed(tmp_path: Path) -> None:
    file = tmp_path / "scheduler.yaml"
    file.write_text(HEAD + "profiles:\n- plugins:\n    filter:\n      disabled:\n      - name: NodePort\n")
    resources, _ = load(file)
    found = read_configuration(resources[0])
    assert isinstance(found, tuple)
    assert found[0].help == "did you mean `NodePorts`?"
    assert found[0].span is not None and (found[0].span.line, found[0].span.column) == (7, 15)
