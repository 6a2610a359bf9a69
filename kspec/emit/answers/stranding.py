"""An order of arrival that strands pods, as text and as the field `stuckOrder` of `kspec/place/v1`."""

from __future__ import annotations

from kspec.scheduler.stranding import Search
from kspec.source.tree import Json, Object


def stranding_json(search: Search) -> Object:
    """What was found, with everything that is needed to play it again."""
    found = search.found
    if found is None:
        return {"verdict": "none found", "tried": search.tried, "order": [], "stranded": [], "placed": [], "seed": None}
    order: list[Json] = list(found.order)
    return {
        "verdict": "found",
        "tried": search.tried,
        "order": order,
        "stranded": [{"pod": pod, "message": message} for pod, message in found.left],
        "placed": [{"pod": pod, "node": node} for pod, node in found.nodes],
        "seed": found.seed,
    }


def stranding_text(search: Search) -> str:
    """The order, where each pod goes, and what the scheduler says to the last one."""
    if search.found is None:
        return f"\nno order of arrival that strands a pod was found in {search.tried} tries; that is no proof\n"
    places = dict(search.found.nodes)
    words = dict(search.found.left)
    lines = ["", "kube-scheduler strands pods in this order of arrival, though everything fits:"]
    lines += [f"  {pod:24} {places.get(pod) or words.get(pod, '')}" for pod in search.found.order]
    return "\n".join(lines) + "\n"
