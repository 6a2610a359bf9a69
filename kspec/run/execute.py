"""The executor: takes a world from state to state and tells what happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kspec.core.system import Family, System
from kspec.run.agenda import Agenda, Option
from kspec.run.engine import Engine
from kspec.run.names import Namer
from kspec.run.narrate import Narration
from kspec.run.policy import NodeChooser, Policy
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
        self.agenda = Agenda(self.world, self.engine)
        self.time = 0.0
        self._chooser = chooser
        self._steps = 0

    def options(self) -> list[Option]:
        """What can happen now, in the order of actions and nodes."""
        return self.agenda.options()

    # ------------------------------------------------------------ steps

    def take(self, option: Option) -> list[Step]:
        """Do it; gives the steps it is told as."""
        choice = self._on_the_best_node(option.choice)
        self.time = max(self.time, option.due)
        before = dict(self.world.globals)
        block = {} if choice.node is None else dict(self.world.blocks[choice.node])
        narration = Narration(self.world, choice, self.engine.value)
        number = self._steps + 1 if narration.speaks else self._steps or None
        pod = self.world.take(choice, self.time, number, self.engine.value)
        self.engine.note(choice, before, block)
        steps = []
        cause = option.cause
        for telling in narration.tell(pod):
            self._steps += 1
            time = round(self.time, 6)
            told = (telling.component, telling.action, telling.object, telling.summary, telling.changes)
            steps.append(Step(self._steps, time, *told, cause))
            cause = self._steps
        self.agenda.note(choice, (self.time, self._steps or None))
        return steps

    def _on_the_best_node(self, choice: Choice) -> Choice:
        """The same move on the node the chooser wants, where an action leaves the node to the scheduler's score."""
        action = self.world.system.actions[choice.action]
        preference = action.preference
        if self._chooser is None or preference is None or preference.family is not Family.SCORE:
            return choice
        rivals = {
            self.world.nodes[node].name: (i, node)
            for i, node in self.engine.rivals(preference.group)
            if node is not None
        }
        pod = self.world.moving_pod(action, choice.node)
        name = self._chooser.choose(self.world, action, "" if pod is None else pod.name, list(rivals))
        return choice if name is None else Choice(*rivals[name])

    def run(self, policy: Policy, limit: int = 10_000) -> Iterator[Step]:
        """Steps until the policy ends the run, nothing is enabled, or `limit` actions have been taken."""
        for _ in range(limit):
            option = policy.choose(self.agenda)
            if option is None:
                return
            yield from self.take(option)

    def settled(self) -> bool:
        """No controller action can change anything."""
        return not self.agenda.controllers()

    def trace(self, policy: Policy, limit: int = 10_000) -> Trace:
        """The whole run."""
        steps = tuple(self.run(policy, limit))
        return Trace(steps, self.settled())
