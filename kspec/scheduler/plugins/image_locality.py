"""ImageLocality: prefers nodes that have the pod's images already, the more so the more nodes have them.

Upstream: pkg/scheduler/framework/plugins/imagelocality/image_locality.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from kspec.scheduler.framework.arrays import Ints, Slots
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.interface import MAX_NODE_SCORE, CycleState
from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.podinfo import PodInfo

NAME = "ImageLocality"
_MB = 1024 * 1024
SMALL = 23 * _MB
"""What counts as nothing, in bytes."""
LARGE = 1000 * _MB
"""What counts as much as possible, in bytes a container."""


def normalized(image: str) -> str:
    """The image with its tag, `latest` where it has none (upstream `normalizedImageName`)."""
    return image + ":latest" if image.rfind(":") <= image.rfind("/") else image


def locality(sizes: Iterable[int], containers: int) -> int:
    """The score for having images of these sizes, each scaled by the share of nodes that have it."""
    largest = LARGE * containers
    total = min(max(sum(sizes), SMALL), largest)
    return MAX_NODE_SCORE * (total - SMALL) // (largest - SMALL)


class ImageLocality:
    """Score."""

    name = NAME

    def scores(self, state: CycleState, pod: PodInfo, cluster: Cluster, nodes: Slots) -> Ints:
        images = _images(pod)
        if not any(cluster.images.get(image) for image in images):
            return np.zeros(len(nodes), np.int64)
        sums = np.zeros(cluster.nodes.size, np.int64)
        for image in images:
            state_of = cluster.images.get(image)
            if state_of is not None:
                on = [cluster.nodes.slot[name] for name in state_of.nodes]
                sums[on] += _scaled(state_of.size, len(state_of.nodes), len(cluster.nodes))
        largest = LARGE * len(images)
        scores: Ints = MAX_NODE_SCORE * (np.clip(sums[nodes], SMALL, largest) - SMALL) // (largest - SMALL)
        return scores

    def score(
        self, state: CycleState, pod: PodInfo, node: NodeInfo, feasible: Sequence[NodeInfo], cluster: Cluster
    ) -> int:
        here = {name for image in node.node.status.images for name in image.names}
        images, sizes = _images(pod), []
        for image in images:
            state_of = cluster.images.get(image)
            if image in here and state_of is not None:
                sizes.append(_scaled(state_of.size, len(state_of.nodes), len(cluster.nodes)))
        return locality(sizes, len(images))

    def normalize_score(self, state: CycleState, scores: Ints) -> Ints:
        return scores


def _scaled(size: int, nodes: int, all_nodes: int) -> int:
    return int(size * (nodes / all_nodes))


def _images(pod: PodInfo) -> tuple[str, ...]:
    spec = pod.spec
    return tuple(normalized(container.image) for container in (*spec.init_containers, *spec.containers))
