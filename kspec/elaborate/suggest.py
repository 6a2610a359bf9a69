"""Did you mean: the nearest of the names that would have been right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_MANY = 500


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` most likely is a slip of: case and dashes forgiven first, then a letter or two."""
    names = sorted(set(known))
    folded = {_fold(candidate): candidate for candidate in reversed(names)}
    same = folded.get(_fold(name))
    if same is not None and same != name:
        return same
    candidates = folded if len(folded) <= _MANY else _alike(_fold(name), folded)
    close = difflib.get_close_matches(_fold(name), candidates, n=1, cutoff=0.6 if len(name) > 3 else 0.5)
    return folded[close[0]] if close and folded[close[0]] != name else None


def _alike(name: str, known: Iterable[str]) -> list[str]:
    """Those of many names that are about as long, and begin or end the same: comparing with all would take too long."""
    ends = name[:2], name[-2:]
    return [k for k in known if abs(len(k) - len(name)) <= 2 and (k[:2] == ends[0] or k[-2:] == ends[1])]


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """`did you mean `x`?`, or None where nothing is near."""
    found = nearest(name, known)
    return f"did you mean `{found}`?" if found else None


def listing(names: Iterable[str], limit: int = 8) -> str:
    """`a`, `b` or `c`; a long list ends in the number of what is left out."""
    shown = [f"`{n}`" for n in names]
    if len(shown) > limit:
        return f"{', '.join(shown[:limit])} and {len(shown) - limit} more"
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _fold(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")
