"""The cluster of a design: the node pools it declares and the Node objects it lists."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from kspec.api.schema.rules import REQUIRED
from kspec.domain.node import Cluster, Node, NodePool
from kspec.domain.objects import Resource
from kspec.elaborate import rules
from kspec.elaborate.evaluate.values import Text
from kspec.elaborate.objects.draft import Draft
from kspec.elaborate.objects.provenance import Provenance
from kspec.elaborate.objects.slots import NO_VALUE, Special, to_json
from kspec.source.diagnostic import Diagnostics
from kspec.source.tree import Json, Path

POOL = "NodePool"
_MAX_NODES = 100_000


def cluster_of(
    name: Text | None, pools: Iterable[Draft], resources: Iterable[Resource], diagnostics: Diagnostics
) -> Cluster:
    """The cluster; pools that are not sound are reported and left out."""
    built = [pool for draft in pools if (pool := _pool(draft, diagnostics)) is not None]
    nodes = [r.as_(Node) for r in resources if (r.api_version, r.kind) == ("v1", "Node")]
    return Cluster(name=name.text if name is not None else "cluster", pools=tuple(built), nodes=tuple(nodes))


def _pool(draft: Draft, diagnostics: Diagnostics) -> NodePool | None:
    root = draft.root
    ends = [slot.value if (slot := root.at("count", end)) is not None else None for end in ("low", "high")]
    manifest = to_json(root, _nothing_special)
    sound = isinstance(manifest, dict)
    for field, example in (("count", "count: 2..6"), ("machine", "machine { cpu: 4  memory: 16Gi }")):
        slot = root.field(field)
        if (slot is None or not slot.present) and not draft.flawed:
            message = f"the nodepool `{draft.name}` needs a `{field}`"
            diagnostics.report(REQUIRED, message, draft.span, help=f"write `{example}`")
            sound = False
    low, high = (e if isinstance(e, int) else 0 for e in ends)
    if not 0 <= low <= high <= _MAX_NODES:
        span = Provenance(root).at(("count", "low"))
        message = f"{low}..{high} is no number of nodes: it runs from a smaller to a larger number"
        diagnostics.report(rules.TYPE, message, span)
        sound = False
    if not sound or not isinstance(manifest, dict):
        return None
    facts = {k: v for k, v in manifest.items() if k not in ("apiVersion", "kind", "metadata")}
    try:
        pool = NodePool.model_validate({"name": draft.name, **facts})
    except ValidationError as error:
        if not draft.flawed:
            _report_invalid(error, Provenance(root), draft.name, diagnostics)
        return None
    for resource, kept in pool.reserved.items():
        if resource in pool.machine and kept.amount > pool.machine[resource].amount:
            span = Provenance(root).at(("reserved", resource))
            diagnostics.report(rules.TYPE, f"more {resource} is reserved than the machine has", span)
            return None
    return pool


def _report_invalid(error: ValidationError, origin: Provenance, name: str, diagnostics: Diagnostics) -> None:
    """Report what pydantic says about a manifest at the places where it was written."""
    for problem in error.errors():
        path: Path = tuple(p for p in problem["loc"] if isinstance(p, str | int))
        message = problem["msg"][:1].lower() + problem["msg"][1:]
        diagnostics.report(rules.TYPE, f"`{name}`: {message}", origin.at(path))


def _nothing_special(special: Special) -> Json:
    assert special is NO_VALUE
    return None
