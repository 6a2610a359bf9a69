"""Several properties at once: each in a process of its own, as they share nothing but the design.

Processes are forked, so that the design need not be sent; where a system cannot fork, one property follows the other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TypeVar

Result = TypeVar("Result")

_task: Callable[[int], object] | None = None
"""What the processes do: set before they are forked, for a function cannot be sent."""


def in_parallel(task: Callable[[int], Result], count: int, jobs: int | None = None) -> Iterator[Result]:
    """`task(0)` to `task(count - 1)`, each in some process, given in order as they are ready."""
    workers = min(count, jobs or _cores())
    if workers < 2:
        yield from map(task, range(count))
        return
    import multiprocessing  # it takes as long to load as a small question to decide

    if "fork" not in multiprocessing.get_all_start_methods():
        yield from map(task, range(count))
        return
    global _task
    _task = task
    try:
        with multiprocessing.get_context("fork").Pool(workers) as pool:
            yield from pool.imap(_do, range(count))
    finally:
        _task = None


def _do(number: int) -> object:
    assert _task is not None
    return _task(number)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
