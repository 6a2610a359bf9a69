"""A filter's verdict on all nodes at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kspec.scheduler.framework.arrays import Bools, Ints
from kspec.scheduler.framework.status import Status


@dataclass(frozen=True, slots=True)
class Verdicts:
    """A filter's verdict on every slot: 0 passes, any other code has the status that `describe` gives."""

    codes: Ints
    describe: Callable[[int], Status]

    @property
    def ok(self) -> Bools:
        return np.equal(self.codes, 0)
