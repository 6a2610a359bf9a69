"""DaemonSet: one pod on each node that should have it."""

from kspec.cluster.controllers.daemonset.controller import DaemonSetController

__all__ = ["DaemonSetController"]
