"""Updates that the API server refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kspec.api.findings import findings
from kspec.api.rules import IMMUTABLE
from kspec.diff.objects import Altered
from kspec.domain.objects import Resource, get
from kspec.source.diagnostic import Diagnostic


def refused(altered: Altered) -> Iterator[Diagnostic]:
    """What the server says to the update, beyond what it says to the new object on its own."""
    if altered.before is None or altered.after is None:
        return
    before, after = _running(altered.before, altered.before), _running(altered.after, altered.before)
    alone = {d.message for d in findings(after)}
    for found in findings(after, before):
        if found.message not in alone:
            help = "delete the object and create it anew, or give the new one another name"
            yield replace(found, help=help if found.rule is IMMUTABLE else found.help)


def _running(resource: Resource, before: Resource) -> Resource:
    """The object as it is in a cluster that has been running for a while: claims are bound, at their size before."""
    if resource.kind != "PersistentVolumeClaim":
        return resource
    size = get(before.manifest, ("spec", "resources", "requests"))
    return resource.with_manifest({**resource.manifest, "status": {"phase": "Bound", "capacity": size}})
