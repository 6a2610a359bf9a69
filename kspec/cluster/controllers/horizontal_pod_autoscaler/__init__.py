"""HorizontalPodAutoscaler: as many pods as what they use asks for."""

from kspec.cluster.controllers.horizontal_pod_autoscaler.controller import HorizontalController

__all__ = ["HorizontalController"]
