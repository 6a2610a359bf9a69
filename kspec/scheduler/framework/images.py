"""Which images are on how many nodes.

Upstream: pkg/scheduler/backend/cache/cache.go (`addNodeImageStates`, `imageState`) (v1.36).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kspec.domain.node import Node


@dataclass(slots=True)
class ImageState:
    """An image: its size as the first node that had it tells, and the nodes that have it."""

    size: int
    nodes: set[str] = field(default_factory=set)


class ImageStates:
    """The images of a cluster by name. `version` grows when they change."""

    def __init__(self) -> None:
        self.version = 0
        self._states: dict[str, ImageState] = {}
        self._on_node: dict[str, tuple[str, ...]] = {}

    def __len__(self) -> int:
        return len(self._states)

    def put(self, node: Node) -> None:
        """A node came, or changed."""
        named = tuple(name for image in node.status.images for name in image.names)
        if not named and node.name not in self._on_node:
            return
        self.drop(node.name)
        for image in node.status.images:
            for name in image.names:
                self._states.setdefault(name, ImageState(image.size_bytes)).nodes.add(node.name)
        self._on_node[node.name] = named
        self.version += 1

    def drop(self, node: str) -> None:
        for name in self._on_node.pop(node, ()):
            state = self._states.get(name)
            if state is None:
                continue
            state.nodes.discard(node)
            if not state.nodes:
                del self._states[name]
        self.version += 1

    def get(self, name: str) -> ImageState | None:
        return self._states.get(name)
