"""The configuration of checks: `kspec.toml`, or `[tool.kspec]` in `pyproject.toml`."""

from kspec.lint.config.find import read_config
from kspec.lint.config.model import Config
from kspec.source.configuration import find_config

__all__ = ["Config", "find_config", "read_config"]
