"""The configuration of checks: `kspec.toml`, or `[tool.kspec]` in `pyproject.toml`."""

from kspec.lint.config.find import find_config, read_config
from kspec.lint.config.model import Config

__all__ = ["Config", "find_config", "read_config"]
