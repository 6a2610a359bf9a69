"""Where kspec's own data lies: `grammar/` and `models/`, in a wheel, a checkout or an editable install alike.

And where it may keep what it worked out.
"""

from __future__ import annotations

import os
import tempfile
from functools import cache
from importlib.resources import files
from pathlib import Path


@cache
def data_dir(kind: str) -> Path:
    """The folder `grammar`, `models` or `schemas` that this installation reads."""
    checkout = Path(__file__).resolve().parents[2] / kind
    if checkout.is_dir():
        return checkout
    return Path(str(files("kspec") / "_data" / kind))


def cache_home() -> Path:
    """`$KSPEC_CACHE_DIR`, or `kspec` in `$XDG_CACHE_HOME` or `~/.cache`."""
    own, shared = os.environ.get("KSPEC_CACHE_DIR"), os.environ.get("XDG_CACHE_HOME")
    if own:
        return Path(own)
    return (Path(shared) if shared else _home() / ".cache") / "kspec"


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:
        return Path(tempfile.gettempdir())
