"""Searching for garbage seldom, and not at all while a design is built: nearly everything that is made then stays."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_BETWEEN = 50_000
"""So many more objects than before make Python look for cycles among them; its own choice is 700."""


def collect_seldom() -> None:
    """For a run that ends soon: it makes much and leaves few cycles behind."""
    gc.set_threshold(_BETWEEN, 20, 50)


@contextmanager
def collection_paused() -> Iterator[None]:
    """Hold Python's cyclic garbage collector back: it takes more than half the time of loading 4,000 objects.

    Freezing and thawing what was made moves it to the oldest generation, so that the next collection need not walk it.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()
        gc.enable()
