"""How most plugins turn raw scores into numbers from 0 to 100.

Upstream: pkg/scheduler/framework/plugins/helper/normalize_score.go (v1.36).
"""

from __future__ import annotations

import numpy as np

from kspec.scheduler.framework.arrays import Ints
from kspec.scheduler.framework.interface import MAX_NODE_SCORE


def default_normalize(scores: Ints, *, reverse: bool) -> Ints:
    """The highest score becomes 100, the others in proportion, rounded down; `reverse` turns it round."""
    highest = int(scores.max(initial=0))
    if highest == 0:
        return np.full_like(scores, MAX_NODE_SCORE) if reverse else scores
    shares: Ints = MAX_NODE_SCORE * scores // highest
    return MAX_NODE_SCORE - shares if reverse else shares
