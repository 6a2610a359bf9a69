"""Laws of lowering: no pass changes a verdict, the length of the shortest story, or the kind of an oscillation."""

from __future__ import annotations

import pytest

from handmade.build import build
from handmade.design import Design, Pool, Workload
from handmade.faults import FAULTS
from handmade.readings import Answer, ask
from kspec.core.build import and_, any_node, eq, ge, local, lt, sum_nodes
from kspec.core.expr import BOOL
from kspec.core.lower.cone import cone
from kspec.core.lower.constants import constants
from kspec.core.lower.flatten import flatten
from kspec.core.lower.merge import merge_nodes
from kspec.core.lower.numbers import numbers
from kspec.core.lower.prefer import numbered, prefer
from kspec.core.lower.settle import settle
from kspec.core.lower.split import split_representatives
from kspec.core.lower.uniform import uniform
from kspec.core.property import Property, PropertyKind
from kspec.core.system import ActionKind, Family, System, action, broadcast, integer, node_class, truth
from kspec.core.wellformed import in_core

RANKING, SCORE = Family.RANKING, Family.SCORE
BOTH_SIDES = [(name, fixed) for name in FAULTS for fixed in (False, True)]


def lowered(system: System, families: tuple[Family, ...], *, split: bool, merge: bool) -> System:
    chosen = numbers(prefer(numbered(system), families))
    if split:
        chosen = split_representatives(chosen)
    chosen = constants(chosen)
    return constants(merge_nodes(chosen)) if merge else chosen


def same(one: Answer, two: Answer) -> bool:
    return (one.shape, one.length) == (two.shape, two.length)


@pytest.mark.parametrize(("name", "fixed"), BOTH_SIDES)
@pytest.mark.parametrize("families", [(RANKING,), (), (RANKING, SCORE)], ids=["ranking", "none", "both"])
def test_splitting_and_merging_change_no_verdict(name: str, fixed: bool, families: tuple[Family, ...]) -> None:
    system = build(FAULTS[name](fixed, 3 if name != "k5" else 2))
    plain = ask(lowered(system, families, split=False, merge=False), families)
    for split, merge in ((True, False), (False, True), (True, True)):
        small = lowered(system, families, split=split, merge=merge)
        assert not in_core(small)
        assert same(ask(small, families), plain)


@pytest.mark.parametrize(("name", "fixed"), BOTH_SIDES)
def test_the_cone_and_the_flat_form_change_no_verdict(name: str, fixed: bool) -> None:
    system = lowered(build(FAULTS[name](fixed, 2)), (RANKING,), split=True, merge=True)
    plain = ask(system)
    assert same(ask(cone(system)), plain)
    flat = flatten(cone(system))
    assert flat is not None
    assert same(ask(constants(flat)), plain)


def test_unread_workloads_leave_the_cone() -> None:
    system = build(Design("two", (Pool("node", 2),), (Workload(replicas=1), Workload("other", replicas=1))))
    ready = Property("ready", PropertyKind.GOAL, eq(sum_nodes([0], local("web.r1.ready")), 1))
    small = cone(lowered(system.but(properties=(ready,)), (RANKING,), split=True, merge=False))
    assert not any("other" in v.name for v in (*small.globals, *small.locals))
    assert any("web" in v.name for v in small.globals)
    with_score = cone(lowered(system.but(properties=(ready,)), (RANKING, SCORE), split=True, merge=False))
    assert any("other" in v.name for v in with_score.locals), "the score counts the other workload's pods"


def test_constants_drop_second_revisions_nobody_rolls_out() -> None:
    design = FAULTS["b01"](True, 3)
    system = build(design)
    quiet = system.but(actions=tuple(a for a in system.actions if a.label != "roll out web"))
    small = constants(numbers(quiet))
    assert not any(".r2." in v.name or v.name == "web.revision" for v in (*small.globals, *small.locals))


def test_a_settled_start_can_be_a_state_variable() -> None:
    for fixed in (False, True):
        system = lowered(build(FAULTS["b14"](fixed, 2)), (RANKING,), split=True, merge=True)
        begun = ask(settle(system))
        plain = ask(system)
        assert begun.shape == plain.shape


def test_what_all_nodes_of_a_zone_share_is_one_variable() -> None:
    up, lost = local("up", BOOL), broadcast([0], {"up": False})
    environment = ActionKind.ENVIRONMENT
    system = System(
        "zones",
        classes=(node_class("a", 3), node_class("b", 2)),
        globals=(integer("served", 0, 9),),
        locals=(truth("up", True), integer("load", 0, 2)),
        actions=(
            *(action("serve", "c", and_(up, lt(local("load"), 2)), locals={"load": 2}, node_class=c) for c in (0, 1)),
            action("lose a", "zone", any_node([0], up), kind=environment, broadcast=lost),
        ),
        properties=(Property("served", PropertyKind.GOAL, ge(sum_nodes([0, 1], local("load")), 4)),),
    )
    shared = uniform(numbers(numbered(system)))
    assert {v.name for v in shared.globals} == {"served", "up@a"}
    assert same(ask(shared), ask(numbers(system)))
    assert ask(system).shape == "ok"
