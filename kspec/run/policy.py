"""Who goes next: what an executor does with the choices a world offers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from kspec.core.system import Action, ActionKind
from kspec.run.world import Choice, World


@dataclass(frozen=True, slots=True)
class Option:
    """An enabled choice, and when it is due."""

    choice: Choice
    due: float
    """Simulated seconds: when it became enabled, plus the action's delay."""
    cause: int | None = None
    """The step that made it possible."""


class Policy(Protocol):
    """Picks one of the options (never empty), or None to end the run."""

    def choose(self, world: World, options: Sequence[Option]) -> Option | None:
        """The option to take next."""
        ...


class NodeChooser(Protocol):
    """Knows better than the core which of several feasible nodes a pod gets."""

    def choose(self, world: World, action: Action, pod: str, nodes: Sequence[str]) -> str | None:
        """One of the nodes, or None to have no opinion."""
        ...


def is_controller(world: World, option: Option) -> bool:
    """Would a controller act?"""
    return world.system.actions[option.choice.action].kind is ActionKind.CONTROLLER


@dataclass(frozen=True, slots=True)
class EarliestDue:
    """What is due first goes first; then the order of actions and nodes. The environment acts only if asked to."""

    environment: bool = False

    def choose(self, world: World, options: Sequence[Option]) -> Option | None:
        """The option with the least due time."""
        able = [o for o in options if self.environment or is_controller(world, o)]
        return min(able, key=lambda o: o.due, default=None)


class RoundRobin:
    """Components take turns in the order of their first actions; each does its first enabled action."""

    def __init__(self, environment: bool = False) -> None:
        self._environment = environment
        self._last = -1

    def choose(self, world: World, options: Sequence[Option]) -> Option | None:
        """The first option of the next component that has one."""
        order = {name: i for i, name in enumerate(dict.fromkeys(a.component for a in world.system.actions))}
        able = [o for o in options if self._environment or is_controller(world, o)]
        if not able:
            return None

        def turn(option: Option) -> int:
            number = order[world.system.actions[option.choice.action].component]
            return (number - self._last - 1) % len(order)

        chosen = min(able, key=turn)
        self._last = order[world.system.actions[chosen.choice.action].component]
        return chosen


class SeededRandom:
    """Any option, the same ones for the same seed."""

    def __init__(self, seed: int, environment: bool = True) -> None:
        self._random = random.Random(seed)
        self._environment = environment

    def choose(self, world: World, options: Sequence[Option]) -> Option | None:
        """An option by the seed's next number."""
        able = [o for o in options if self._environment or is_controller(world, o)]
        return able[self._random.randrange(len(able))] if able else None


@dataclass(frozen=True, slots=True)
class Order:
    """One line of a script: an action by its label, on a node if it matters which."""

    label: str
    node: str | None = None


class Scripted:
    """Takes the script's actions one after the other; between them, while the next is not enabled, another policy goes.

    The run ends when the script is done and the other policy has nothing to do.
    """

    def __init__(self, script: Sequence[Order], meanwhile: Policy) -> None:
        self._script = list(script)
        self._meanwhile = meanwhile

    @property
    def left(self) -> int:
        """How many orders have not been carried out."""
        return len(self._script)

    def choose(self, world: World, options: Sequence[Option]) -> Option | None:
        """The script's next action if it can be done, else what happens meanwhile."""
        if self._script:
            order = self._script[0]
            for option in options:
                action, node = world.system.actions[option.choice.action], option.choice.node
                named = None if node is None else world.nodes[node].name
                if action.label == order.label and order.node in (None, named):
                    del self._script[0]
                    return option
        return self._meanwhile.choose(world, options)
