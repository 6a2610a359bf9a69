"""What an action tells: `tell` and `event` become notes of the core."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kspec.core.note import Note
from kspec.elaborate.behaviour.scope import Scope
from kspec.elaborate.behaviour.step import Step
from kspec.syntax import nodes as n

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator
    from kspec.elaborate.behaviour.instances import Instance


class Narrator:
    """Collects what one reading of an action says."""

    def __init__(self, evaluator: Evaluator, instance: Instance, action: n.Action) -> None:
        self._evaluator = evaluator
        self._instance = instance
        self._action = action

    def hear(self, statement: n.Tell | n.EventStatement, scope: Scope, step: Step) -> None:
        """Remember a line."""

    def notes(self, step: Step) -> tuple[Note, ...]:
        """The notes of the action."""
        return ()
