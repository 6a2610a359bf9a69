"""CronJob: a Job at each time of a schedule."""

from kspec.cluster.controllers.cronjob.controller import CronJobController

__all__ = ["CronJobController"]
