"""The numbers of a rollout: how many pods a Deployment may have too many, or too few, and who gets what share.

Pure arithmetic, so that it can be held against the model of the same thing (models/controllers/deployment.kspec).

Upstream: pkg/controller/deployment/util/deployment_util.go (v1.36).
"""

from __future__ import annotations

from math import floor


def share(size: int, desired: int, most: int, most_before: int, to_add: int, added: int) -> int:
    """How many pods a ReplicaSet of `size` gets (or loses) when its Deployment is scaled in the middle of a rollout.

    `most` and `most_before` are the most pods the Deployment may have now and before; `to_add` are to be shared out in
    all (negative: taken away), `added` are given already.
    """
    if size == 0 or to_add in (0, added):
        return 0
    fraction = -size if desired == 0 else floor(size * most / most_before + 0.5) - size
    left = to_add - added
    return min(fraction, left) if to_add > 0 else max(fraction, left)


def new_replicas(desired: int, surge: int, current: int, new: int) -> int:
    """The size of the new ReplicaSet that a rolling update may have now; `current` are all pods asked for."""
    most = desired + surge
    if current >= most:
        return new
    return new + min(most - current, desired - new)
