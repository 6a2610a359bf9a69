"""A question that was not decided within the budget.

Neither a proof nor a counterexample was found in time: this is not a pass. Raise `--budget`, narrow the ranges of the
design, or bound the disturbances. The exit code is 3 where nothing worse was found.
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9004", "unknown-bound", Severity.WARNING, __doc__)
