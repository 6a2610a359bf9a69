"""Of which placements an invariant is true: compared with trying every placement, and formulas with their judge."""

from __future__ import annotations

from collections import Counter

from smallworlds.clusters import thing
from smallworlds.extents import compared, every_example, placed_design
from smallworlds.statements import stated
from smallworlds.written import node, workload

from kspec.check.design import verify_design
from kspec.check.options import Options
from kspec.check.verdict import Proved
from kspec.domain.node import Cluster
from kspec.domain.objects import Resource
from kspec.elaborate.design import Design
from kspec.place import Placement, Problem, build, solve
from kspec.place.forced import Extent, Forced, Unsaid, forced


def test_formulas_and_verdicts_agree_with_judging_every_placement() -> None:
    seen: Counter[Extent] = Counter()
    for seed in range(45):
        placed = placed_design(seed, 16)
        every = every_example(placed[1]) if placed else []
        if placed is None or len(every) < 3:
            continue
        for found, expected in compared(*placed, every):
            if isinstance(found, Forced):
                assert found.extent is expected, (seed, found.property.name.text)
                seen[found.extent] += 1
    assert min(seen[e] for e in (Extent.EVERY, Extent.SOME, Extent.NONE)) > 4, seen


def bare_pod(name: str, cpu: str = "1", **spec: object) -> Resource:
    container = {"name": "main", "image": "x", "resources": {"requests": {"cpu": cpu}}}
    return Resource(thing("v1", "Pod", name, "shop", {"app": "web"}, spec={"containers": [container], **spec}))


def unsaid_of(design: Design) -> str:
    """Why the design's one invariant is not about placements."""
    found = found_of(design)
    assert isinstance(found, Unsaid), found
    return found.diagnostic.message


def extent_of(design: Design) -> Extent:
    """Of the design's one invariant."""
    found = found_of(design)
    assert isinstance(found, Forced), found
    return found.extent


def found_of(design: Design) -> Forced | Unsaid:
    problem = build(design.resources, design.cluster)
    assert isinstance(problem, Problem)
    answer = solve(problem, budget=5, repairs=False)
    assert isinstance(answer, Placement)
    (found,) = forced(design, problem, answer, budget=5)
    return found


def test_an_amount_is_read_as_verification_reads_it() -> None:
    """What pods use is counted in thousandths of a CPU, and `3000m` and `2.999` are amounts of it."""
    resources = [node("n1"), workload("web", 2, "1500m")]
    every, none = Extent.EVERY, Extent.NONE
    for amount, extent in (("3000", every), ("3000m", every), ("3.0", every), ("2999m", none), ("2.999", none)):
        design = stated(resources, Cluster(), f'always forall n in nodes: used(n, "cpu") <= {amount}')
        (verdict,) = verify_design(design, Options(seconds=20)).verdicts
        found = extent_of(design)
        assert (found, isinstance(verdict, Proved)) == (extent, extent is Extent.EVERY), amount


def test_the_least_of_large_amounts_is_that_of_the_nodes_that_are_meant() -> None:
    """Other nodes do not count at all, not even as more than anybody has."""
    resources = [node("n1", zone="a"), node("n2", zone="b")]
    design = stated(resources, Cluster(), 'always min(allocatable(n, "memory") for n in nodes if n.zone == "a") >= 8Gi')
    assert extent_of(design) is Extent.EVERY
    (verdict,) = verify_design(design, Options(seconds=20)).verdicts
    assert isinstance(verdict, Proved)


def test_pods_that_a_placement_does_not_tell_apart_count_together_only() -> None:
    """Many bare pods that say the same are placed as one group."""
    bare = [bare_pod(f"p{i:02}") for i in range(30)]
    nodes = [node("n1", "20"), node("n2", "20")]
    together = stated([*nodes, *bare], Cluster(), "always forall n in nodes: count(pods.on(n)) <= 15")
    assert extent_of(together) is Extent.SOME
    apart = stated([*nodes, *bare], Cluster(), "always forall n in nodes: count(pods(pod/p07).on(n)) <= 0")
    assert "p07" in unsaid_of(apart)


def test_pods_that_run_with_another_template_are_not_counted_as_its_own() -> None:
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "1", "controller": True}
    for cpu, said in (("1", True), ("2", False)):
        old = bare_pod("web-x", cpu, nodeName="n1")
        old.manifest["metadata"] |= {"ownerReferences": [owner]}  # type: ignore[operator]
        resources = [node("n1"), node("n2"), old, workload("web", 2, "1")]
        design = stated(resources, Cluster(), 'always forall n in nodes: used(n, "cpu") <= 1000')
        if said:
            assert extent_of(design) is Extent.SOME
        else:
            assert "not as its template says" in unsaid_of(design)


def test_a_node_that_is_there_only_when_its_pool_grows_cannot_be_named() -> None:
    """No class of nodes has it, so that it was taken for a node on which no pod ever is."""
    pool = {"name": "a", "count": {"low": 1, "high": 2}, "machine": {"cpu": "4", "memory": "8Gi"}}
    for name, known in (("a-1", True), ("a-2", False)):
        said = f'always count(p in pods(web) where p.node == "{name}") <= 2'
        design = stated([workload("web", 2, "1")], Cluster.model_validate({"pools": [pool]}), said)
        verified = verify_design(design, Options(seconds=20))
        assert bool(verified.verdicts) is known and verified.diagnostics.has_errors is not known
        if known:
            assert extent_of(design) is Extent.EVERY
        else:
            assert "only when its pool grows" in unsaid_of(design)
