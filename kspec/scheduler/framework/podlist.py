"""The pods of one node, in the order in which upstream keeps them.

A pod that leaves is replaced by the last one. The order decides between victims that are otherwise alike.

Upstream: pkg/scheduler/framework/types.go (`NodeInfo.Pods`, `removeFromSlice`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.scheduler.framework.podinfo import PodInfo


class PodList:
    """Pods by key and in order."""

    __slots__ = ("_at", "_pods")

    def __init__(self) -> None:
        self._pods: list[PodInfo] = []
        self._at: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._pods)

    def __iter__(self) -> Iterator[PodInfo]:
        return iter(self._pods)

    def __contains__(self, pod: PodInfo) -> bool:
        return pod.key in self._at

    def add(self, pod: PodInfo) -> None:
        self._at[pod.key] = len(self._pods)
        self._pods.append(pod)

    def remove(self, key: str) -> None:
        index = self._at.pop(key)
        last = self._pods.pop()
        if last.key != key:
            self._pods[index] = last
            self._at[last.key] = index

    def copy(self) -> PodList:
        out = PodList()
        out._pods = list(self._pods)
        out._at = dict(self._at)
        return out
