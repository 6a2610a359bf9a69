"""Names for what the core counts without names."""

from __future__ import annotations

from typing import Protocol

from kspec.core.pod import PodState
from kspec.core.system import NodeClass


class Namer(Protocol):
    """Gives names; the same questions in the same order must get the same answers."""

    def pod(self, state: PodState, serial: int) -> str:
        """A new pod's name; `serial` counts the pods created in this workload and revision before it."""
        ...

    def node(self, node_class: NodeClass, index: int, count: int) -> str:
        """The name of the node with this index (from 0) among the `count` of its class."""
        ...

    def address(self, node: int, serial: int) -> str:
        """The IP of a pod bound to a node (counted from 0 over all classes) as the serial-th there."""
        ...


class PlainNamer:
    """Readable names without knowledge of objects: `web-r1-0`, ordinals for ordered pods, `general-2`, `10.244.1.7`."""

    def pod(self, state: PodState, serial: int) -> str:
        """`<workload>-<ordinal>`, or `<workload>-r<revision>-<serial>`."""
        if state.ordinal is not None:
            return f"{state.workload}-{state.ordinal}"
        return f"{state.workload}-r{state.revision}-{serial}"

    def node(self, node_class: NodeClass, index: int, count: int) -> str:
        """`<class>` where it has one node, else `<class>-<number from 1>`."""
        return node_class.name if count == 1 else f"{node_class.name}-{index + 1}"

    def address(self, node: int, serial: int) -> str:
        """One /24 of 10.244.0.0/16 a node (more than 256 nodes go on in 10.245)."""
        return f"10.{244 + node // 256}.{node % 256}.{2 + serial % 253}"
