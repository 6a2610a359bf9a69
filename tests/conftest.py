"""Makes the shared test material in this folder importable (`handmade`: component models built by hand)."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.running import kspec  # noqa: F401 - a fixture for all

sys.path.insert(0, str(Path(__file__).parent))
