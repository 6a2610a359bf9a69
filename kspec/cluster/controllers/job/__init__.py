"""Job: pods that run to completion, counted once each."""

from kspec.cluster.controllers.job.controller import JobController

__all__ = ["JobController"]
