"""From a design and a property to the system that is asked: verdicts, sizes, what is left out, what stays symbolic."""

from __future__ import annotations

from pathlib import Path

import pytest

from kspec.core.lower.constants import constants
from kspec.core.lower.merge import merge_nodes
from kspec.core.lower.numbers import numbers
from kspec.core.lower.prefer import prefer
from kspec.core.lower.split import split_representatives
from kspec.core.property import PropertyKind
from kspec.core.system import Family, Start, System
from kspec.elaborate.behaviour.question import Question, question
from kspec.elaborate.design import Design
from kspec.elaborate.load import load
from kspec.run.compile import compile_system
from kspec.run.lasso import find_lasso
from kspec.run.search import Questions, explore, starting_states

FAULTS = Path(__file__).parents[3] / "models" / "designs" / "faults"
RANKED = (Family.RANKING,)
SCORED = (Family.RANKING, Family.SCORE)


def read(path: Path) -> Design:
    loaded = load([str(path)])
    assert loaded.design is not None, [d.message for d in loaded.diagnostics]
    return loaded.design


def written(text: str) -> Design:
    loaded = load(["-"], stdin=text)
    assert loaded.design is not None, [d.message for d in loaded.diagnostics]
    return loaded.design


def lowered(system: System, families: tuple[Family, ...] = RANKED) -> System:
    return merge_nodes(constants(split_representatives(constants(numbers(prefer(system, families))))))


def explored(asked: Question, families: tuple[Family, ...] = RANKED, early: bool = False) -> tuple[str, int]:
    """The shape of the violation, if there is one, and how many states were seen; `early` stops at the first."""
    assert asked.system is not None, [d.message for d in asked.diagnostics]
    compiled = compile_system(lowered(asked.system, families), families)
    (prop,) = compiled.system.properties
    holds = compiled.predicate(prop.formula)
    start = starting_states(compiled)
    assert start is not None
    invariant = prop.kind is PropertyKind.INVARIANT
    wanted = Questions([holds] if invariant else [], [] if invariant else [holds], stop_early=early)
    seen = explore(compiled, wanted, starts=start.starts)
    assert seen.complete or (early and (seen.bad or seen.stuck))
    if seen.bad:
        shape = "safety"
    elif seen.stuck:
        shape = "stuck"
    else:
        shape = "oscillation" if not invariant and find_lasso(seen, holds) else "holds"
    return shape, len(seen.parents)


SIZES = {
    "B01": ("stuck", 24, 55),
    "B02": ("stuck", 21, 28),
    "B04": ("stuck", 13, 30),
    "B06": ("stuck", 24, 55),
    "B09": ("stuck", 23, 41),
    "B10": ("stuck", 131, 79),
    "B17": ("stuck", 31, 25),
    "B22": ("stuck", 10, 17),
    "B25": ("stuck", 24, 9),
    "B31": ("oscillation", 358, 45),
    "K3": ("stuck", 100, 130),
    "K5": ("oscillation", 201, 87),
    "K7": ("oscillation", 11, 4),
}


@pytest.mark.parametrize(("id", "shape", "faulty", "fixed"), [(i, *rest) for i, rest in SIZES.items()])
def test_the_models_have_the_states_of_models_made_by_hand(id: str, shape: str, faulty: int, fixed: int) -> None:
    families = SCORED if id == "K5" else RANKED
    for twin, expected in (("faulty", (shape, faulty)), ("fixed", ("holds", fixed))):
        design = read(FAULTS / id / f"{twin}.kspec")
        assert explored(question(design, design.properties[0], start=Start.INITIAL), families) == expected


@pytest.mark.parametrize("path", sorted(FAULTS.glob("*/*.kspec")), ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_a_faulty_design_is_refuted_from_where_it_is_settled_and_its_twin_is_not(path: Path) -> None:
    design = read(path)
    families = SCORED if path.parent.name == "K5" else RANKED
    shape, _ = explored(question(design, design.properties[0]), families, early=True)
    assert (shape == "holds") is (path.stem == "fixed")


SHOP = """
cluster lab {
  nodepool general { count: 2..5  machine { cpu: 4  memory: 16Gi } }
  nodepool spare { count: 0..2  machine { cpu: 4  memory: 16Gi } }
}
namespace shop {
  deployment web { replicas: 3  strategy { rollingUpdate { maxSurge: 1  maxUnavailable: 0 } }
                   container app { image: "web:1"  resources { cpu: 500m } } }
  deployment db { replicas: 1  container pg { image: "pg:1"  resources { cpu: 1 } } }
  daemonset agent { container agent { image: "agent:1"  resources { cpu: 100m } } }
  hpa web { replicas: 3..9  cpu: 70% }
}
"""
FLOOR = "invariant floor: always web.available >= 3 under rollout(web)\n"


def test_only_the_workloads_that_matter_are_in_the_system() -> None:
    design = written(SHOP + FLOOR)
    asked = question(design, design.properties[0])
    assert [part.workloads for part in asked.parts] == [("shop/Deployment/web",)]
    assert asked.system is not None
    assert {state.workload for state in asked.system.counters.values()} == {"web"}
    assert asked.system.remarks == ("other workloads leave room: shop/Deployment/db",)


def test_daemons_that_are_left_out_still_take_their_share_of_every_node() -> None:
    design = written(SHOP.replace("500m", "1330m") + FLOOR)
    asked = question(design, design.properties[0])
    assert asked.system is not None
    (bind,) = [a for a in asked.system.actions if "scheduler: bind web.r1" in a.label and "general" in a.label]
    full = SHOP.replace("500m", "1330m").replace("100m", "0")
    loose = written(full + FLOOR)
    other = question(loose, loose.properties[0])
    assert other.system is not None
    (easier,) = [a for a in other.system.actions if "scheduler: bind web.r1" in a.label and "general" in a.label]
    assert bind.guard is not easier.guard


def test_a_placement_says_what_the_others_take_where() -> None:
    design = written(SHOP + FLOOR)
    asked = question(design, design.properties[0], placement={"shop/db-1": "general-1"})
    assert asked.system is not None
    assert [(c.name, c.fixed_size) for c in asked.system.classes] == [("general-1", 1), ("general-2", 1)]


def test_a_property_about_all_pods_is_asked_of_each_group_by_itself() -> None:
    design = written(SHOP + "goal drains: eventually always forall n in nodes: n.drained under drain(any node)\n")
    asked = question(design, design.properties[0])
    assert [part.workloads for part in asked.parts] == [
        ("shop/Deployment/web",),
        ("shop/Deployment/db",),
        ("shop/DaemonSet/agent",),
    ]


def test_workloads_that_look_at_each_other_stay_together() -> None:
    avoid = (
        "affinity { podAntiAffinity { requiredDuringSchedulingIgnoredDuringExecution: "
        '[{ topologyKey: "kubernetes.io/hostname", labelSelector: { matchExpressions: '
        '[{ key: "app.kubernetes.io/name", operator: In, values: ["web"] }] } }] } }'
    )
    design = written(SHOP.replace("deployment db {", "deployment db { " + avoid) + FLOOR)
    asked = question(design, design.properties[0])
    assert [part.workloads for part in asked.parts] == [("shop/Deployment/web", "shop/Deployment/db")]


def test_ranges_stay_symbolic_where_proofs_want_them() -> None:
    design = written(SHOP + FLOOR)
    asked = question(design, design.properties[0], symbolic=True)
    assert asked.system is not None
    assert {(p.name, p.low, p.high) for p in asked.system.params} >= {
        ("general.count", 2, 5),
        ("web.replicas", 3, 9),
    }


def test_components_that_nobody_feels_are_left_out() -> None:
    service = "namespace shop { service web { target: web  port http: 80 } }\n"
    design = written(SHOP + service + FLOOR)
    asked = question(design, design.properties[0])
    assert asked.system is not None
    assert not any("proxy" in action.component or "dns" in action.component for action in asked.system.actions)


def test_the_same_design_gives_the_same_system() -> None:
    design = written(SHOP + FLOOR)
    one, two = (question(design, design.properties[0]).system for _ in range(2))
    assert one == two
