"""Small random systems: three bounded counters and a few actions, some of them moving pods between nodes."""

from __future__ import annotations

import random

from kspec.core.build import add, and_, eq, ge, glob, gt, implies, le, lift, local, lt, ne, sub, sum_nodes
from kspec.core.expr import Expr
from kspec.core.pod import Move, PodState
from kspec.core.property import Property, PropertyKind
from kspec.core.system import Action, ActionKind, System, action, counter, integer, node_class

NAMES = "xyz"
HIGH = 2


def random_system(seed: int, kind: PropertyKind, nodes: int = 0) -> System:
    """The system of a seed; with nodes it also binds pods to them, at most two a node."""
    choose = random.Random(seed)
    actions = [_action(choose, number) for number in range(choose.randint(2, 5))]
    places: tuple[tuple[object, ...], tuple[object, ...]] = ((), ())
    classes = ()
    if nodes:
        pending, bound = PodState("web", None, 1, "pending"), PodState("web", None, 1, "ready", (), True)
        places = ((counter(pending),), (counter(bound),))
        classes = (node_class("node", nodes),)
        everywhere = sum_nodes([0], local(bound.place))
        room = choose.choice((le(local(bound.place), 0), le(local(bound.place), 1)))
        wanted = choose.choice((glob("x"), add(glob("x"), 1)))
        actions += [
            action("create", "owner", lt(add(everywhere, glob(pending.place)), wanted), move=Move(None, pending)),
            action("bind", "scheduler", room, move=Move(pending, bound), node_class=0),
            action("delete", "owner", gt(everywhere, wanted), move=Move(bound, None), node_class=0),
        ]
    formula = _formula(choose)
    if nodes and choose.random() < 0.5:
        formula = le(sum_nodes([0], local("web.r1.ready")), choose.randint(0, 3))
    premise = _atom(choose) if kind is PropertyKind.INVARIANT and choose.random() < 0.3 else eq(0, 0)
    variables = tuple(integer(name, 0, HIGH, choose.choice((0, 0, 1))) for name in NAMES)
    return System(
        f"random {seed}",
        classes=classes,
        globals=(*variables, *places[0]),  # type: ignore[arg-type]
        locals=places[1],  # type: ignore[arg-type]
        actions=tuple(actions),
        properties=(Property("asked", kind, formula, premise),),
    )


def _action(choose: random.Random, number: int) -> Action:
    guards, updates = [], {}
    for name in choose.sample(NAMES, choose.randint(1, 2)):
        place = glob(name)
        match choose.randrange(4):
            case 0:
                guards.append(lt(place, HIGH))
                updates[name] = add(place, 1)
            case 1:
                guards.append(gt(place, 0))
                updates[name] = sub(place, 1)
            case 2:
                updates[name] = lift(choose.randint(0, HIGH))
            case _:
                updates[name] = glob(choose.choice(NAMES))
    guards += [_atom(choose) for _ in range(choose.randint(0, 2))]
    kind = ActionKind.ENVIRONMENT if choose.random() < 0.25 else ActionKind.CONTROLLER
    return action(f"a{number}", f"c{number % 3}", and_(*guards), kind=kind, globals=updates)


def _atom(choose: random.Random) -> Expr:
    left = glob(choose.choice(NAMES))
    right = choose.choice((lift(choose.randint(0, HIGH)), glob(choose.choice(NAMES))))
    return choose.choice((lt, le, ge, eq, ne))(left, right)


def _formula(choose: random.Random) -> Expr:
    one, two = _atom(choose), _atom(choose)
    return choose.choice((one, and_(one, two), implies(one, two)))
