"""TaintToleration and NodeUnschedulable: taints that no toleration covers, cordoned nodes.

Upstream: pkg/scheduler/framework/plugins/{tainttoleration,nodeunschedulable} (v1.36).
"""

from __future__ import annotations

from kspec.domain.matching import HARD_EFFECTS, hard_taints, tolerates, untolerated
from kspec.domain.node import Node, Taint
from kspec.place import wording
from kspec.place.draft import Batch, Draft
from kspec.place.problem import Mask, Why


def tolerated(draft: Draft, batch: Batch) -> Mask:
    """The nodes whose hard taints the pods tolerate."""
    return draft.where(lambda node: untolerated(hard_taints(node), batch.spec.tolerations) is None)


def taint_toleration(draft: Draft) -> None:
    """Keep each group off tainted nodes: one requirement per workload and taint."""
    for batch in draft.batches:
        if not batch.everywhere:
            for taint in _refused(draft, batch):
                _bar(draft, batch, taint)


def _refused(draft: Draft, batch: Batch) -> list[Taint]:
    """The taints that keep these pods away from some node."""
    found: dict[tuple[str, str, str], Taint] = {}

    def note(node: Node) -> bool:
        for taint in hard_taints(node):
            if taint.effect in HARD_EFFECTS and not any(tolerates(t, taint) for t in batch.spec.tolerations):
                found.setdefault((taint.key, taint.value, taint.effect), taint)
        return True

    draft.where(note)
    return list(found.values())


def _bar(draft: Draft, batch: Batch, taint: Taint) -> None:
    free = draft.where(lambda node: taint not in hard_taints(node))
    sets = [s.name for s in draft.nodesets if not free[s.sites[0]]] if not free.all() else []
    text = wording.taint(taint)
    message = f"{batch.label} does not tolerate the taint {text} of {wording.some(sets)}"
    requirement = draft.require_of(
        batch, Why.TAINT, message, ("tolerations",), detail=text, short=f"taint {text} not tolerated"
    )
    draft.barrier(requirement, batch, free)
