"""Time as budgets count it: seconds that this process has worked.

A budget is about how hard a question is, so a busy machine must not change an answer: time that others had the
processor does not count.
"""

from __future__ import annotations

import time


def worked() -> float:
    """Seconds of processor time since some moment; only differences mean anything."""
    return time.process_time()
