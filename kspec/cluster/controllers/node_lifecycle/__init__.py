"""Node lifecycle: what becomes of nodes that say nothing, and the taints that tell others."""

from kspec.cluster.controllers.node_lifecycle.controller import NodeLifecycleController

__all__ = ["NodeLifecycleController"]
