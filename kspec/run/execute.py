"""The executor: takes a world from state to state and tells what happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kspec.core.system import ActionKind, Family, System
from kspec.run.engine import Engine
from kspec.run.names import Namer
from kspec.run.narrate import Narration
from kspec.run.policy import NodeChooser, Option, Policy
from kspec.run.trace import Step, Trace
from kspec.run.world import Choice, World


class Executor:
    """Runs an unlowered system on named nodes and pods, deterministically."""

    def __init__(
        self,
        system: System,
        namer: Namer | None = None,
        chooser: NodeChooser | None = None,
        families: Iterable[Family] = (Family.RANKING,),
    ) -> None:
        """With a chooser, leave `SCORE` out of the families: the chooser decides among all feasible nodes."""
        self.world = World(system, namer)
        self.engine = Engine(self.world, families)
        self.time = 0.0
        self._chooser = chooser
        self._steps = 0
        self._since: dict[Choice, tuple[float, int | None]] = {}
        self._observe(None)

    # ------------------------------------------------------------ options

    def options(self) -> list[Option]:
        """What can happen now, in the order of actions and nodes."""
        return [self._option(choice) for choice in self.engine.options()]

    def _option(self, choice: Choice) -> Option:
        action = self.world.system.actions[choice.action]
        since, cause = self._since[choice]
        pod = self.world.moving_pod(action, choice.node)
        if pod is not None and (pod.entered, pod.cause or 0) > (since, cause or 0):
            since, cause = pod.entered, pod.cause
        return Option(choice, since + action.delay, cause)

    def _observe(self, taken: Choice | None) -> None:
        """Remember since when each choice has been enabled; one just taken starts anew, unless another pod waits."""
        known = self._since
        now = (self.time, self._steps or None)
        if taken is not None:
            move = self.world.system.actions[taken.action].move
            if move is None or move.source is None:
                known.pop(taken, None)
        self._since = {choice: known.get(choice, now) for choice in self.engine.enabled()}

    # ------------------------------------------------------------ steps

    def take(self, option: Option) -> list[Step]:
        """Do it; gives the steps it is told as."""
        choice = self._on_the_best_node(option.choice)
        self.time = max(self.time, option.due)
        before = dict(self.world.globals)
        block = {} if choice.node is None else dict(self.world.blocks[choice.node])
        narration = Narration(self.world, choice)
        pod = self.world.take(choice, self.time, self._steps + 1 if narration.speaks else self._steps or None)
        steps = []
        cause = option.cause
        for telling in narration.tell(pod):
            self._steps += 1
            time = round(self.time, 6)
            told = (telling.component, telling.action, telling.object, telling.summary, telling.changes)
            steps.append(Step(self._steps, time, *told, cause))
            cause = self._steps
        self.engine.note(choice, before, block)
        self._observe(choice)
        return steps

    def _on_the_best_node(self, choice: Choice) -> Choice:
        """The same move on the node the chooser wants, where an action leaves the node to the scheduler's score."""
        action = self.world.system.actions[choice.action]
        preference = action.preference
        if self._chooser is None or preference is None or preference.family is not Family.SCORE:
            return choice
        rivals = {}
        for other in self.engine.enabled():
            theirs = self.world.system.actions[other.action].preference
            if theirs is not None and theirs.group == preference.group and other.node is not None:
                rivals[self.world.nodes[other.node].name] = other
        pod = self.world.moving_pod(action, choice.node)
        name = self._chooser.choose(self.world, action, "" if pod is None else pod.name, list(rivals))
        return choice if name is None else rivals[name]

    def run(self, policy: Policy, limit: int = 10_000) -> Iterator[Step]:
        """Steps until the policy ends the run, nothing is enabled, or `limit` actions have been taken."""
        for _ in range(limit):
            options = self.options()
            option = policy.choose(self.world, options) if options else None
            if option is None:
                return
            yield from self.take(option)

    def settled(self) -> bool:
        """No controller action can change anything."""
        actions = self.world.system.actions
        return all(actions[choice.action].kind is not ActionKind.CONTROLLER for choice in self.engine.enabled())

    def trace(self, policy: Policy, limit: int = 10_000) -> Trace:
        """The whole run."""
        steps = tuple(self.run(policy, limit))
        return Trace(steps, self.settled())
