"""Makes the shared test material in this folder importable (`handmade`: component models built by hand)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hypothesis import settings

from tests.running import kspec  # noqa: F401 - a fixture for all

os.environ["KSPEC_NO_CACHE"] = "1"
"""Tests ask anew, except those of the cache."""

sys.path.insert(0, str(Path(__file__).parent))

settings.register_profile("long", max_examples=5_000, deadline=None)
settings.register_profile("default", deadline=None, derandomize=True)
settings.load_profile("default")
