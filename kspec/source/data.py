"""Where kspec's own data lies: `grammar/` and `models/`, in a wheel, a checkout or an editable install alike.

And where it may keep what it worked out.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path


@cache
def data_dir(kind: str) -> Path:
    """The folder `grammar`, `models` or `schemas` that this installation reads."""
    package = Path(__file__).resolve().parents[1]
    checkout = package.parent / kind
    return checkout if checkout.is_dir() else package / "_data" / kind


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
        import tempfile

        return Path(tempfile.gettempdir())
