"""Sets of completion indexes as a Job's status writes them: `0,2-4,7`.

Upstream: pkg/controller/job/indexed_job_utils.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable


def parsed(text: str, completions: int) -> frozenset[int]:
    """The indexes below `completions` in a text; parts that are no numbers count for nothing."""
    found: set[int] = set()
    for part in text.split(",") if text else ():
        first, _, last = part.partition("-")
        if first.isdigit() and (not last or last.isdigit()):
            found.update(range(int(first), min(int(last or first), completions - 1) + 1))
    return frozenset(found)


def written(indexes: Iterable[int]) -> str:
    """The shortest way to write them; two neighbours are no interval."""
    runs: list[list[int]] = []
    for index in sorted(indexes):
        if runs and runs[-1][-1] == index - 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return ",".join(_run(run) for run in runs)


def _run(run: list[int]) -> str:
    match len(run):
        case 1:
            return str(run[0])
        case 2:
            return f"{run[0]},{run[1]}"
        case _:
            return f"{run[0]}-{run[-1]}"
