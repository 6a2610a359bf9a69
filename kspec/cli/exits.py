"""Exit codes: part of the contract with scripts."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What a run of kspec came to."""

    CLEAN = 0
    FINDINGS = 1
    """Findings at or over `--fail-on`, infeasible, violated."""
    BAD_INPUT = 2
    """The input or the usage is wrong."""
    UNDECIDED = 3
    """Not decided within the budget; never reported as a pass."""
    FAULT = 4
    """A fault in kspec."""
    INTERRUPTED = 130


class Stop(Exception):
    """Ends the command with a code; everything there was to say has been said."""

    def __init__(self, code: Exit) -> None:
        super().__init__(code)
        self.code = code
