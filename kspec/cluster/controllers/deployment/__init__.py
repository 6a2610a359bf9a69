"""The Deployment controller."""

from kspec.cluster.controllers.deployment.controller import DeploymentController

__all__ = ["DeploymentController"]
