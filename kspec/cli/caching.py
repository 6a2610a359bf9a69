"""Which store a run uses: as `KSPEC_NO_CACHE`, `KSPEC_CACHE_DIR` and the configuration say."""

from __future__ import annotations

import os
from pathlib import Path

from kspec.cache.store import LIMIT, NO_STORE, Folder, Store
from kspec.source.configuration import find_config, glance
from kspec.source.data import cache_home

_MIB = 1024 * 1024


def store(folder: Path) -> Store:
    """The store for runs in a folder. `cache = false` means none, `cache = "some/folder"` one that the team shares.

    What is wrong with a configuration is reported by who reads it; here it is as if it were not there.
    """
    if os.environ.get("KSPEC_NO_CACHE"):
        return NO_STORE
    path = find_config(folder)
    said = glance(path) if path is not None else {}
    limit = said.get("cache-limit")
    bytes = limit * _MIB if isinstance(limit, int) and limit > 0 else LIMIT
    match said.get("cache"):
        case False:
            return NO_STORE
        case str(place) if path is not None and not os.environ.get("KSPEC_CACHE_DIR"):
            return Folder(path.parent / place / "answers", bytes)
        case _:
            return Folder(cache_home() / "answers", bytes)
