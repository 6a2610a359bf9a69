"""What is outside the core is named, with the reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from handmade.build import build
from handmade.faults import FAULTS
from kspec.core.build import add, and_, enabled, eq, glob, gt, lift, local, param, sum_nodes
from kspec.core.pod import Move, PodState
from kspec.core.property import Property, PropertyKind
from kspec.core.system import (
    ActionKind,
    Family,
    Preference,
    System,
    action,
    broadcast,
    counter,
    integer,
    node_class,
)
from kspec.core.wellformed import in_core

BOUND = PodState("web", None, 1, "ready", (), True)


def system(*actions: object, **more: object) -> System:
    base = System(
        "small",
        classes=(node_class("node", 2),),
        globals=(integer("x"),),
        locals=(integer("here"), counter(BOUND)),
        actions=actions,  # type: ignore[arg-type]
    )
    return base.but(**more)


@pytest.mark.parametrize("name", FAULTS)
def test_component_models_are_in_the_core(name: str) -> None:
    assert in_core(build(FAULTS[name](False, 2))) == []


X, HERE = glob("x"), local("here")
OUTSIDE: dict[str, Callable[[], System]] = {
    "not declared": lambda: system(action("a", "c", gt(glob("y"), 0))),
    "no node is bound": lambda: system(action("a", "c", gt(HERE, 0))),
    "binds no node": lambda: system(action("a", "c", True, locals={"here": 1})),
    "does not exist": lambda: system(action("a", "c", True, node_class=3)),
    "only environment guards": lambda: system(action("a", "c", enabled())),
    "one node's block at a time": lambda: system(action("a", "c", gt(sum_nodes([0], sum_nodes([0], HERE)), 0))),
    "of another sort": lambda: system(action("a", "c", True, globals={"x": lift(True)})),
    "differ in length": lambda: system(
        action("a", "c", True, preference=Preference(Family.RANKING, "g", (lift(0),))),
        action("b", "c", True, preference=Preference(Family.RANKING, "g", (lift(0), X))),
    ),
    "moves a pod": lambda: system(action("a", "c", True, move=Move(None, BOUND))),
    "looks at other nodes": lambda: system(
        action("a", "c", True, broadcast=broadcast([0], {"here": sum_nodes([0], HERE)}))
    ),
    "is not linear": lambda: system(classes=(node_class("node", glob("x")),)),
    "is not a parameter": lambda: system(globals=(integer("x", init=glob("x")),)),
    "parameter n is not declared": lambda: system(action("a", "c", gt(X, param("n")))),
    "two places": lambda: system(globals=(integer("x"), integer("x"))),
    "no node": lambda: system(properties=(Property("p", PropertyKind.GOAL, eq(HERE, 0)),)),
}


@pytest.mark.parametrize("reason", OUTSIDE)
def test_reasons_are_given(reason: str) -> None:
    assert any(reason in told for told in in_core(OUTSIDE[reason]()))


def test_the_environment_and_properties_may_ask_what_is_enabled() -> None:
    polite = action("a", "user", and_(enabled(), gt(X, 0)), kind=ActionKind.ENVIRONMENT, globals={"x": add(X, 1)})
    asked = Property("p", PropertyKind.INVARIANT, enabled("c"))
    assert in_core(system(polite, properties=(asked,))) == []
