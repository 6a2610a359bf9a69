"""A pod's local state in the words of the API: which fields a move changes."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.core.note import Change, Template, TheNode
from kspec.elaborate.behaviour.step import PodMove
from kspec.elaborate.behaviour.things import Life, Phase

_STATUS = {
    Phase.PENDING: "Pending",
    Phase.TARGETED: "Pending",
    Phase.NOMINATED: "Pending",
    Phase.STARTING: "Pending",
    Phase.READY: "Running",
    Phase.NOT_READY: "Running",
    Phase.SUCCEEDED: "Succeeded",
    Phase.FAILED: "Failed",
}
_WAITING = (Phase.PENDING, Phase.TARGETED, Phase.NOMINATED)


def pod_changes(move: PodMove) -> list[Change]:
    """The fields of the pod that change, in the order in which people read them."""
    before = None if move.pod is None else move.pod.life
    return list(_changes(before, move.target))


def _changes(before: Life | None, after: Life | None) -> Iterator[Change]:
    if after is None:
        yield Change(("metadata.name",), ("present",), None)
        return
    if before is None:
        yield Change(("status.phase",), None, (_STATUS.get(after.phase, "Pending"),))
        if after.phase not in _WAITING:
            yield Change(("spec.nodeName",), None, (TheNode(),))
        return
    if before.phase in _WAITING and after.phase not in (*_WAITING, Phase.TERMINATING):
        yield Change(("spec.nodeName",), None, (TheNode(),))
    if after.phase is Phase.NOMINATED:
        yield Change(("status.nominatedNodeName",), None, (TheNode(),))
    if after.phase is Phase.TERMINATING:
        if before.phase is not Phase.TERMINATING:
            yield Change(("metadata.deletionTimestamp",), None, ("set",))
        return
    if _STATUS.get(before.phase) != _STATUS.get(after.phase):
        yield Change(("status.phase",), _text(before), _text(after))
    if (before.phase is Phase.READY) != (after.phase is Phase.READY):
        yield Change(("status.conditions[Ready].status",), (_ready(before),), (_ready(after),))


def _text(life: Life) -> Template:
    return (_STATUS.get(life.phase, life.phase.value),)


def _ready(life: Life) -> str:
    return "True" if life.phase is Phase.READY else "False"
