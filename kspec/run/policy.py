"""Who goes next: what an executor does with the choices a world offers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from kspec.core.system import Action
from kspec.run.agenda import Agenda, Option, is_controller
from kspec.run.world import World


class Policy(Protocol):
    """Picks one of the options, or None to end the run."""

    def choose(self, agenda: Agenda) -> Option | None:
        """The option to take next."""
        ...


class NodeChooser(Protocol):
    """Knows better than the core which of several feasible nodes a pod gets."""

    def choose(self, world: World, action: Action, pod: str, nodes: Sequence[str]) -> str | None:
        """One of the nodes, or None to have no opinion."""
        ...


@dataclass(frozen=True, slots=True)
class EarliestDue:
    """What is due first goes first; then the order of actions and nodes. The environment acts only if asked to."""

    environment: bool = False

    def choose(self, agenda: Agenda) -> Option | None:
        """The option with the least due time."""
        return agenda.earliest(None if self.environment else is_controller)


class RoundRobin:
    """Components take turns in the order of their first actions; each does its first enabled action."""

    def __init__(self, environment: bool = False) -> None:
        self._environment = environment
        self._last = -1

    def choose(self, agenda: Agenda) -> Option | None:
        """The first option of the next component that has one."""
        actions = agenda.world.system.actions
        order = {name: i for i, name in enumerate(dict.fromkeys(a.component for a in actions))}
        able = _able(agenda, self._environment)
        if not able:
            return None

        def turn(option: Option) -> int:
            return (order[actions[option.choice.action].component] - self._last - 1) % len(order)

        chosen = min(able, key=turn)
        self._last = order[actions[chosen.choice.action].component]
        return chosen


class SeededRandom:
    """Any option, the same ones for the same seed."""

    def __init__(self, seed: int, environment: bool = True) -> None:
        self._random = random.Random(seed)
        self._environment = environment

    def choose(self, agenda: Agenda) -> Option | None:
        """An option by the seed's next number."""
        able = _able(agenda, self._environment)
        return able[self._random.randrange(len(able))] if able else None


def _able(agenda: Agenda, environment: bool) -> list[Option]:
    actions = agenda.world.system.actions
    return [o for o in agenda.options() if environment or is_controller(actions[o.choice.action])]


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

    def choose(self, agenda: Agenda) -> Option | None:
        """The script's next action if it can be done, else what happens meanwhile."""
        if self._script:
            order, world = self._script[0], agenda.world
            for option in agenda.options():
                action, node = world.system.actions[option.choice.action], option.choice.node
                named = None if node is None else world.nodes[node].name
                if action.label == order.label and order.node in (None, named):
                    del self._script[0]
                    return option
        return self._meanwhile.choose(agenda)
