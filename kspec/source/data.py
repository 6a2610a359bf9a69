"""Where kspec's own data lies: `grammar/` and `models/`, in a wheel, a checkout or an editable install alike."""

from __future__ import annotations

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
