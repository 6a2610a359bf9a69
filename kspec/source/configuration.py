"""Where the configuration is: in the folder of the run, or in the nearest one above that has any."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from kspec.source import disk

OWN, SHARED = "kspec.toml", "pyproject.toml"


def find_config(folder: Path) -> Path | None:
    """The file that configures runs in `folder`: `kspec.toml`, or a `pyproject.toml` with a `[tool.kspec]` table."""
    for place in (folder, *folder.parents):
        if disk.is_file(str(place / OWN)):
            return place / OWN
        if disk.is_file(str(place / SHARED)) and "[tool.kspec" in _text(place / SHARED):
            return place / SHARED
        if disk.exists(str(place / ".git")):
            return None
    return None


def own_table(path: Path, document: dict[str, Any]) -> dict[str, Any]:
    """The part of a TOML document that is kspec's."""
    if path.name != SHARED:
        return document
    tool = document.get("tool", {})
    own = tool.get("kspec", {}) if isinstance(tool, dict) else {}
    return own if isinstance(own, dict) else {}


def glance(path: Path) -> dict[str, Any]:
    """The configuration in a file as far as it can be read, unchecked."""
    try:
        return own_table(path, tomllib.loads(_text(path)))
    except tomllib.TOMLDecodeError:
        return {}


def _text(path: Path) -> str:
    try:
        return disk.content(str(path)).decode("utf-8", errors="replace")
    except OSError:
        return ""
