"""How many more replicas fit, as text."""

from __future__ import annotations

from collections.abc import Sequence

from kspec.place.headroom import Headroom


def headroom_text(rooms: Sequence[Headroom]) -> str:
    """A line for each workload; where the number is not exact, what is known about it."""
    lines = ["", "headroom (each workload on its own, everything placed anew)"]
    for room in rooms:
        namespace, _, name = room.workload.split("/", 2)
        lines.append(f"  {namespace + '/' + name:24} {_amount(room)}{': ' + room.stop if room.stop else ''}")
    return "\n".join(lines) + "\n"


def _amount(room: Headroom) -> str:
    if room.exact:
        return f"{room.more} more" if room.more else "no more"
    if room.bound is None:
        return f"at least {room.more} more"
    return f"at least {room.more} more, at most {room.bound - 1}"
