"""What a run of `kspec check` came to."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.emit.diagnostics.report import Report
from kspec.source.diagnostic import Diagnostic


@dataclass(frozen=True)
class Checked:
    """What a run came to. `all_shown` are the findings before the baseline took the known ones away; `decided` tells
    whether asking again could say more."""

    report: Report
    all_shown: tuple[Diagnostic, ...]
    wrong_input: bool
    undecided: bool
    failed: bool
    decided: bool
