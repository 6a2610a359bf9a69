"""`KubeSchedulerConfiguration` (v1): what the scheduler runs with."""

from kspec.scheduler.configuration.reading import default_configuration, read_configuration
from kspec.scheduler.configuration.types import Configuration

__all__ = ["Configuration", "default_configuration", "read_configuration"]
