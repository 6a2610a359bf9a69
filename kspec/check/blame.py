"""Why a promise is broken: because a controller believed an old view of the world, or forgot what it was doing.

Asked once more with controllers that see everything at once, and with controllers that never restart. What holds then
was broken by that alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from enum import Enum

from kspec.check.design import verify_design
from kspec.check.options import Options
from kspec.check.verdict import Proved
from kspec.elaborate.behaviour.inside import Posed
from kspec.elaborate.behaviour.memory import crashes, with_fresh_caches, without_crashes
from kspec.elaborate.design import Design
from kspec.syntax import nodes as n

_SECONDS = 5.0
_STALE = frozenset({"stale_cache", "lost_watch", "controller_restart"})
_RESTART = "controller_restart"


class Blame(Enum):
    """What a promise can not bear."""

    STALE_READ = "stale read"
    CRASH = "crash"


def blame(design: Design, posed: Posed, options: Options) -> Blame | None:
    """What alone breaks a property that was found broken; None where it breaks anyway, or that can not be told."""
    options = replace(options, seconds=min(options.seconds, _SECONDS), progress=None)
    forgets = {_RESTART, *(name for component in design.components for name in crashes(component))}
    if _holds(design, without_crashes, posed, forgets, options):
        return Blame.CRASH
    if _holds(design, with_fresh_caches, posed, _STALE, options):
        return Blame.STALE_READ
    return None


def _holds(
    design: Design,
    mended: Callable[[n.Component], n.Component],
    posed: Posed,
    names: Collection[str],
    options: Options,
) -> bool:
    """Whether it is proved where the components are mended and these things do not happen, if that changes anything."""
    changed = replace(design, components=tuple(map(mended, design.components)))
    under = tuple(d for d in posed.property.under if d.name.text not in names)
    if changed.components == design.components and under == posed.property.under:
        return False
    if posed.property.under and not under:
        return False  # without any disturbance the question would be about the start
    calm = replace(posed, property=replace(posed.property, under=under))
    verdicts = verify_design(changed, options, posed=[calm]).verdicts
    return bool(verdicts) and isinstance(verdicts[0], Proved)
