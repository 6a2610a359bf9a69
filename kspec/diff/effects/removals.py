"""What goes when an object goes."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import text
from kspec.diff.effects.both import Both
from kspec.diff.objects import Altered, How
from kspec.diff.rules import TAKEN_ALONG
from kspec.domain.objects import Resource, get
from kspec.domain.storage import StorageClass
from kspec.domain.workloads import StatefulSet
from kspec.lint.rule import on
from kspec.source.diagnostic import Diagnostic


def removals(both: Both) -> Iterator[Diagnostic]:
    """Removed objects that take others, or data, with them."""
    for altered in both.altered:
        if altered.how is How.REMOVED:
            words = _taken(both, altered)
            if words is not None:
                yield on(TAKEN_ALONG, altered.resource, ("metadata", "name"), words)


def _taken(both: Both, altered: Altered) -> str | None:
    gone = altered.resource
    match gone.kind:
        case "Namespace":
            inside = [r for r in both.after.resources if r.namespace == gone.name]
            left = f", also the {len(inside)} objects that are still declared there" if inside else ""
            return f"with namespace {gone.name} goes everything in it{left}"
        case "CustomResourceDefinition":
            kind = get(gone.manifest, ("spec", "names", "kind"))
            return f"with the definition go all objects of kind {kind}"
        case "PersistentVolumeClaim" if not _retained(both, gone):
            return f"with claim {gone.name} goes its disk: reclaimPolicy is Delete"
        case "StatefulSet":
            return _claims(gone)
        case _:
            return None


def _claims(gone: Resource) -> str | None:
    """A StatefulSet's claims stay, unless it says otherwise."""
    deleted = get(gone.manifest, ("spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted")) == "Delete"
    if not (deleted and gone.as_(StatefulSet).spec.volume_claim_templates):
        return None
    return f"with StatefulSet {gone.name} go its claims: whenDeleted is Delete"


def _retained(both: Both, claim: Resource) -> bool:
    """Whether the disk outlives its claim; a class that nobody declares deletes, as classes do by default."""
    volume = text(claim.manifest, "spec", "volumeName")
    found = both.before.find("PersistentVolume", "", volume) if volume else None
    if found is not None:
        return text(found.manifest, "spec", "persistentVolumeReclaimPolicy") != "Delete"
    wanted = text(claim.manifest, "spec", "storageClassName")
    for resource, storage in both.before.of("StorageClass", StorageClass):
        if resource.name == wanted or (not wanted and storage.is_default):
            return storage.reclaim_policy != "Delete"
    return False
