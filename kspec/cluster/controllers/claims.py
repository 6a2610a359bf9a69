"""Whose an object is: matching orphans are adopted, what matches no longer is let go.

Upstream: pkg/controller/controller_ref_manager.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kspec.api.admission.refusal import Refused
from kspec.cluster.controller import Controller, with_owner, without_owner
from kspec.cluster.stored import Stored


async def claim(
    controller: Controller, owner: Stored, candidates: Iterable[Stored], wanted: Callable[[Stored], bool]
) -> list[Stored]:
    """The candidates that belong to `owner`: its own that are `wanted`, and `wanted` ones without a controller."""
    mine: list[Stored] = []
    may_adopt: bool | None = None
    for candidate in candidates:
        if candidate.controller is not None:
            if not candidate.controlled_by(owner):
                continue
            if wanted(candidate):
                mine.append(candidate)
            elif not owner.deleting:
                await _release(controller, owner, candidate)
            continue
        if owner.deleting or candidate.deleting or not wanted(candidate):
            continue
        if may_adopt is None:
            fresh = await controller.client.get(owner.kind, owner.key)
            may_adopt = fresh.uid == owner.uid and not fresh.deleting
        if may_adopt:
            adopted = with_owner(owner.as_owner())
            mine.append(await controller.client.patch(candidate.kind, candidate.key, adopted))
    return mine


async def _release(controller: Controller, owner: Stored, candidate: Stored) -> None:
    try:
        await controller.client.patch(candidate.kind, candidate.key, without_owner(candidate, owner.uid))
    except Refused as refused:
        if refused.refusal.code != 404:
            raise
