"""A system compiled to Python functions: successors of a state and predicates on states.

Actions are tried once per distinct block of a class; the summands of aggregates are remembered per block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kspec.core.expr import TRUE, Expr
from kspec.core.system import Action, ActionKind, Family, System
from kspec.run.program import Program
from kspec.run.state import State, initial_state, replace_block

Step = tuple[int, int, State]
"""An action (by index), the position of the block it changed in its class (-1 if it binds no node), the next state."""

Predicate = Callable[[State, Sequence[int]], bool]
"""A formula on a state and the controller actions enabled in it."""

BOTH = frozenset(Family)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A system ready to run, with the families of preferences in force."""

    system: System
    families: frozenset[Family]
    initial: State
    successors: Callable[[State], tuple[list[Step], list[Step]]]
    """The enabled steps of a state that change something: controllers' and the environment's."""
    source: str

    def canonical(self, state: State) -> State:
        """One representative for states that differ in the contents of interchangeable classes."""
        return canonical(self.system, state)

    def predicate(self, formula: Expr) -> Predicate:
        """A formula over globals, aggregates and `Enabled` as a function."""
        return predicate(self.system, formula)

    @property
    def controllers(self) -> list[bool]:
        """For each action: is it a controller's?"""
        return [action.kind is ActionKind.CONTROLLER for action in self.system.actions]


def compile_system(system: System, families: Iterable[Family] = (Family.RANKING,)) -> Compiled:
    """Generate and load the successor function; class sizes and parameters must be numbers."""
    chosen = frozenset(families)
    program = Program(system)
    source = successors_source(system, program, chosen)
    space: dict[str, Any] = {"replace_block": replace_block, "best": _best}
    exec(compile(source, f"<{system.name}>", "exec"), space)
    return Compiled(system, chosen, initial_state(system), space["successors"], source)


def predicate(system: System, formula: Expr) -> Predicate:
    """A formula on states, compiled."""
    program = Program(system.but(actions=()))
    body = program.writer.text(formula)
    lines = ["def holds(s, enabled):", *program.unpack(), *program.aggregates(), *program.enabled_lines("enabled")]
    lines.append(f" return {body}")
    space: dict[str, Any] = {"components": [action.component for action in system.actions]}
    exec(compile("\n".join([*program.preamble(), *lines]), f"<{system.name} predicate>", "exec"), space)
    holds: Predicate = space["holds"]
    return holds


def canonical(system: System, state: State) -> State:
    """Sort the contents of interchangeable classes."""
    contents = list(state)
    for orbit in system.interchangeable:
        ordered = sorted(tuple(contents[index + 1] for index in member) for member in orbit)
        for member, found in zip(orbit, ordered, strict=True):
            for index, nodes in zip(member, found, strict=True):
                contents[index + 1] = nodes
    return tuple(contents)


def _best(entries: list[tuple[int, tuple[int, ...], Step]]) -> list[Step]:
    """The steps whose key is the largest of their group."""
    top: dict[int, tuple[int, ...]] = {}
    for group, key, _ in entries:
        if group not in top or top[group] < key:
            top[group] = key
    return [step for group, key, step in entries if key == top[group]]


def successors_source(system: System, program: Program, families: frozenset[Family]) -> str:
    """The source of `successors(s)`."""
    controllers = _Section(system, program, families, ActionKind.CONTROLLER, "out").lines()
    environment = _Section(system, program, families, ActionKind.ENVIRONMENT, "env").lines()
    body = [*controllers, *program.enabled_lines("[i for i, _, _ in out]"), *environment, " return out, env"]
    lines = ["def successors(s):", *program.unpack(), *program.aggregates(), *program.shared_lines(), *body]
    components = [action.component for action in system.actions]
    return "\n".join([f"components = {components!r}", *program.preamble(), *lines])


class _Section:
    """The part of the successor function that tries the actions of one kind."""

    def __init__(
        self, system: System, program: Program, families: frozenset[Family], kind: ActionKind, into: str
    ) -> None:
        self._system = system
        self._program = program
        self._families = families
        self._into = into
        self._actions = [(index, action) for index, action in enumerate(system.actions) if action.kind is kind]
        self._groups: dict[str, int] = {}

    def lines(self) -> list[str]:
        """Try global actions, then those of each class once per distinct block."""
        tried = [
            line for index, action in self._actions if action.node_class is None for line in self._try(index, action)
        ]
        for number in range(len(self._system.classes)):
            bound = [(index, action) for index, action in self._actions if action.node_class == number]
            if not bound:
                continue
            split = [(index, action, *self._program.split_guard(action.guard)) for index, action in bound]
            outside = [self._program.writer.text(gate) for _, _, gate, _ in split]
            flags = {text: f"w{i}" for i, text in enumerate(dict.fromkeys(outside))}
            tried += [f" {flag} = {text}" for text, flag in flags.items()]
            tried += [f" if {' or '.join(flags.values())}:"]
            tried += [f"  for j, (b, k) in enumerate(c{number}):", *self._program.unpack_block("   ")]
            for (index, action, gate, rest), text in zip(split, outside, strict=True):
                test = self._program.writer.text(rest)
                tried += self._fire(index, action, test if gate is TRUE else f"{flags[text]} and {test}", "   ")
        head = [f" {self._into} = []"]
        if not self._groups:
            return [*head, *tried]
        return [*head, " preferred = []", *tried, f" if preferred: {self._into} += best(preferred)"]

    def _try(self, index: int, action: Action) -> list[str]:
        return self._fire(index, action, self._program.writer.text(action.guard), " ")

    def _fire(self, index: int, action: Action, test: str, indent: str) -> list[str]:
        position = "-1" if action.node_class is None else "j"
        step = f"({index}, {position}, n)"
        preference = action.preference
        if preference is not None and preference.family in self._families:
            group = self._groups.setdefault(preference.group, len(self._groups))
            key = "".join(self._program.writer.text(part) + "," for part in preference.key)
            keep = f"preferred.append(({group}, ({key}), {step}))"
        else:
            keep = f"{self._into}.append({step})"
        return [
            f"{indent}if {test}:",
            f"{indent} n = {self._program.next_state(index, action)}",
            f"{indent} if n != s: {keep}",
        ]
