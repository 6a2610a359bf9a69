"""StatefulSet: pods with a name of their own, made, replaced and removed in order."""

from kspec.cluster.controllers.statefulset.controller import StatefulSetController

__all__ = ["StatefulSetController"]
