"""The different values of an array of numbers."""

from __future__ import annotations

import numpy as np

from kspec.place.problem import Ints


def distinct(values: Ints) -> Ints:
    """The different values, rising; none is negative. (`numpy.unique` first loads what it needs for masked arrays.)"""
    found: Ints = np.flatnonzero(np.bincount(values))
    return found
