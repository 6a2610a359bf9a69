"""Losses: what survives is proved for every way of losing, what does not is shown, and neither is said wrongly."""

from itertools import combinations

import pytest
from smallworlds.clusters import random_case
from smallworlds.losses import outlives
from smallworlds.written import ZONE, apart, node, spread, workload

from kspec.domain.node import Cluster
from kspec.domain.objects import Resource
from kspec.place import Placement, Problem, build, solve
from kspec.place.survive import Fate, NoSuchLoss, Reach, Survival, parse, survive, trial


def _survival(text: str, *resources: Resource, cluster: Cluster | None = None) -> tuple[Placement, Survival]:
    problem = build(resources, cluster or Cluster())
    assert isinstance(problem, Problem)
    answer = solve(problem)
    assert isinstance(answer, Placement)
    return survive(problem, answer, parse(text), budget=10)


def test_what_fits_on_one_node_less_survives_and_every_node_is_tried() -> None:
    _, survival = _survival("1 node", *(node(f"n{i}", "2") for i in range(3)), workload("web", 4, "1"))
    assert (survival.fate, survival.ways, survival.served, survival.failure) == (Fate.SURVIVES, 3, 3, None)


def test_what_fits_on_no_node_less_is_proved_not_to_survive_and_a_node_more_mends_it() -> None:
    pool = {"name": "p", "count": {"low": 2, "high": 2}, "machine": {"cpu": "4"}}
    cluster = Cluster.model_validate({"pools": [pool]})
    _, survival = _survival("1 node", workload("web", 2, affinity=apart("web")), cluster=cluster)
    assert survival.fate is Fate.BREAKS and survival.failure is not None
    assert survival.failure.reach is Reach.EVERY and survival.failure.nodes == ("p-1",)
    assert "1 more node in pool p" in [r.description for r in survival.repairs]


def test_a_placement_that_survives_is_chosen_where_the_first_one_does_not() -> None:
    """Two large pods of one node find no place elsewhere unless small ones leave room for them."""
    nodes = [node("n1", "4"), node("n2", "4"), node("n3", "4")]
    found, survival = _survival("1 node", *nodes, workload("large", 2, "2"), workload("small", 4, "1"))
    assert survival.fate is Fate.SURVIVES
    assert len(found.assignments) == 6


def test_a_lost_zone_is_no_domain_of_a_spread_any_more() -> None:
    nodes = [node(f"n{z}", "8", zone=z) for z in "abc"]
    _, survival = _survival("1 zone", *nodes, workload("web", 3, "1", topologySpreadConstraints=spread("web")))
    assert (survival.fate, survival.ways) == (Fate.SURVIVES, 3)


@pytest.mark.parametrize("text", ["", "node", "0 nodes", "1 rack", "zone", "two nodes", "1 node 2", "-1 nodes"])
def test_what_is_no_loss_is_refused(text: str) -> None:
    with pytest.raises(NoSuchLoss):
        parse(text)


def test_an_unknown_place_is_told_with_what_is_near() -> None:
    with pytest.raises(NoSuchLoss, match="did you mean n1"):
        _survival("node n11", node("n1"), node("n2"), workload("web", 1))


def agrees(seed: int, loss: str, size: int) -> bool | None:
    """Whether the verdict on a random cluster is that of trying everything; None where it has no placement."""
    resources, cluster = random_case(seed, nodes=4, pods=5, volumes=False, ranges=False)
    problem = build(resources, cluster)
    assert isinstance(problem, Problem)
    first = solve(problem, budget=5, repairs=False)
    if not isinstance(first, Placement):
        return None
    try:
        found, survival = survive(problem, first, parse(loss), budget=5, repairs=False)
    except NoSuchLoss:
        return None
    kinds = ("Deployment", "ReplicaSet", "StatefulSet", "Job", "Pod")
    where = {a.pod: (a.workload, a.node) for a in found.assignments if a.workload.split("/")[1] in kinds}
    sets = [c for k in range(1, size + 1) for c in combinations(problem.sites, min(k, len(problem.sites)))]
    if loss == "1 zone":
        zones: dict[str, list[str]] = {}
        for r in resources:
            if r.kind == "Node" and ZONE in r.view.metadata.labels:
                zones.setdefault(r.view.metadata.labels[ZONE], []).append(r.name)
        sets = [tuple(names) for names in zones.values()]
    if not sets:
        return None
    match survival.fate:
        case Fate.SURVIVES:
            return all(outlives(resources, where, lost) for lost in sets)
        case Fate.BREAKS:
            assert survival.failure is not None
            return not outlives(resources, where, survival.failure.nodes)
        case Fate.OPEN:
            return None


@pytest.mark.parametrize(
    ("loss", "size", "start", "together"),
    [("1 node", 1, 0, False), ("2 nodes", 2, 60, False), ("2 nodes", 2, 180, True), ("1 zone", 0, 120, False)],
)
def test_verdicts_agree_with_trying_everything(
    loss: str, size: int, start: int, together: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`together` puts answers of single nodes together, as is done where there are many pairs of nodes."""
    if together:
        monkeypatch.setattr(trial, "_PAIRS", 0)
    known = [agrees(seed, loss, size) for seed in range(start, start + 60)]
    assert False not in known, [start + i for i, k in enumerate(known) if k is False]
    assert known.count(True) > 10
