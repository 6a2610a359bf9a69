"""The nodes that the sizes of autoscaled workloads need, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from kspec.place.ranges import Enough, Range, Size, Whole


def ranges_text(found: Sequence[Range]) -> str:
    """For each workload what its whole range needs, then size by size; sizes that need the same go together."""
    lines = [
        "",
        "fewest nodes for the sizes that autoscalers may choose (each workload on its own, everything placed anew)",
    ]
    for one in found:
        namespace, _, name = one.workload.split("/", 2)
        lines.append(f"  {namespace + '/' + name:24} {_number(one.low, one.high)} replicas: {_whole(one.whole)}")
        lines += (f"      {line}" for line in _sizes(one.sizes))
        if one.note:
            lines.append(f"      {one.note}")
    if not found:
        lines.append("  no HorizontalPodAutoscaler is for one of the workloads")
    return "\n".join(lines) + "\n"


def _whole(whole: Whole) -> str:
    match whole.enough:
        case Enough.YES:
            few = "and no fewer" if whole.optimal else f"fewer than {whole.bound} are not"
            return f"{_nodes(whole.nodes)} enough for all of them, {few} ({whole.how})"
        case Enough.NO:
            return f"not all of them have a placement{': ' + whole.summary if whole.summary else ''}"
        case Enough.OPEN:
            return f"undecided; fewer than {whole.bound} nodes are not enough"


def _nodes(number: int | None) -> str:
    return f"{number} node{' is' if number == 1 else 's are'}"


def _sizes(sizes: Sequence[Size]) -> Iterator[str]:
    for told, run in groupby(sizes, _told):
        alike = list(run)
        yield f"{_number(alike[0].replicas, alike[-1].replicas):20} {told}"


def _told(size: Size) -> str:
    match size.enough:
        case Enough.NO:
            return "no placement"
        case Enough.OPEN:
            return "undecided"
        case _ if size.optimal:
            return f"{size.nodes} node{'' if size.nodes == 1 else 's'}"
    return f"at most {size.nodes} nodes, at least {size.bound}"


def _number(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"
