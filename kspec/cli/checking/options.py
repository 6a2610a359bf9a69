"""What the command line of `kspec check` says."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.source.diagnostic import Severity


@dataclass(frozen=True, slots=True)
class Options:
    """The command line, as far as it was given."""

    profile: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity | None = None
    config: str | None = None
    baseline: str | None = None
    solve: bool = True
    budget: float = 30.0
    changed_since: str | None = None
