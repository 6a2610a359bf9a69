"""Volumes of a pod: names, one source each.

Upstream: pkg/apis/core/validation/validation.go, ValidateVolumes, validateVolumeSource, validateProjectionSources
(v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import Cause, FieldPath, duplicate, each, forbidden, invalid, required
from kspec.api.fields import mapping, maybe, maybe_text, obj, objects, text
from kspec.api.validation import volume_sources as source
from kspec.api.validation.claims import check_claim_spec
from kspec.api.validation.downward import check_downward
from kspec.api.validation.images import check_pull_policy
from kspec.api.validation.meta import check_annotations, check_labels
from kspec.api.validation.names import dns_label, dns_subdomain
from kspec.api.validation.projected import check_projected
from kspec.domain.quantity import Quantity
from kspec.source.tree import Object

# In upstream's order: the first that is set counts, later ones are refused. The second name is the path printed.
_SOURCES: dict[str, tuple[str, source.SourceRule]] = {
    "hostPath": ("hostPath", source.host_path),
    "gitRepo": ("gitRepo", source.git_repo),
    "gcePersistentDisk": ("persistentDisk", source.disk("pdName")),
    "awsElasticBlockStore": ("awsElasticBlockStore", source.disk("volumeID")),
    "secret": ("secret", source.keyed("secretName")),
    "nfs": ("nfs", source.nfs),
    "iscsi": ("iscsi", source.iscsi),
    "glusterfs": ("glusterfs", source.needs("endpoints", "path")),
    "flocker": ("flocker", source.flocker),
    "persistentVolumeClaim": ("persistentVolumeClaim", source.needs("claimName")),
    "rbd": ("rbd", source.needs("monitors", "image")),
    "cinder": ("cinder", source.cinder),
    "cephfs": ("cephfs", source.needs("monitors")),
    "quobyte": ("quobyte", source.quobyte),
    "downwardAPI": ("downwardAPI", check_downward),
    "fc": ("fc", source.fibre_channel),
    "flexVolume": ("flexVolume", source.flex_volume),
    "configMap": ("configMap", source.keyed("name")),
    "azureFile": ("azureFile", source.needs("secretName", "shareName")),
    "vsphereVolume": ("vsphereVolume", source.needs("volumePath")),
    "photonPersistentDisk": ("photonPersistentDisk", source.needs("pdID")),
    "portworxVolume": ("portworxVolume", source.needs("volumeID")),
    "azureDisk": ("azureDisk", source.azure_disk),
    "storageos": ("storageos", source.storage_os),
    "projected": ("projected", check_projected),
    "scaleIO": ("scaleIO", source.needs("gateway", "system", "volumeName")),
    "csi": ("csi", source.csi),
}
_REFUSED_AS = {"cephfs": "cephFS", "downwardAPI": "downwarAPI"}


def check_volumes(at: FieldPath, spec: Object, pod_name: str, is_pod: bool) -> tuple[dict[str, Object], list[Cause]]:
    """The volumes that are right, by name, and what is wrong with the others."""
    volumes, causes = objects(spec, "volumes"), list[Cause]()
    right: dict[str, Object] = {}
    claims = {f"{pod_name}-{text(v, 'name')}" for v in volumes if "ephemeral" in v} if pod_name else set()
    for i, volume in enumerate(volumes):
        here, name = at.item(i), text(volume, "name")
        wrong = [*_source(here, volume, pod_name, is_pod), *_name(here / "name", name)]
        if name in right:
            wrong.append(duplicate(here / "name", name))
        causes += wrong
        if not wrong:
            right[name] = volume
        claim = text(volume, "persistentVolumeClaim", "claimName")
        if claim and claim in claims:
            words = "must not reference a PVC that gets created for an ephemeral volume"
            causes.append(invalid(here / "persistentVolumeClaim" / "claimName", claim, words))
    return right, causes


def _name(at: FieldPath, name: str) -> list[Cause]:
    return each(at, name, dns_label(name)) if name else [required(at)]


def _source(at: FieldPath, volume: Object, pod_name: str, is_pod: bool) -> Iterator[Cause]:
    found = 0
    empty_dir = maybe(volume, "emptyDir")
    if empty_dir is not None:
        found = 1
        if text(empty_dir, "sizeLimit").startswith("-") and Quantity.parse(text(empty_dir, "sizeLimit")).amount < 0:
            yield forbidden(at / "emptyDir" / "sizeLimit", "SizeLimit field must be a valid resource quantity")
    for name, (shown, rule) in _SOURCES.items():
        given = maybe(volume, name)
        if given is None:
            continue
        found += 1
        if found > 1:
            yield forbidden(at / _REFUSED_AS.get(name, name), "may not specify more than 1 volume type")
        else:
            yield from rule(at / shown, given)
        portal = f"{text(volume, 'name')}:{text(given, 'targetPortal')}"
        if name == "iscsi" and maybe_text(given, "initiatorName") is not None and len(portal) > 64:
            words = "must be under 64 characters if iscsi.initiatorName is specified."
            whole = "Total length of <volume name>:<iscsi.targetPortal>"
            yield invalid(at / "name", text(volume, "name"), f"{whole} {words}")
    for name in ("ephemeral", "image"):
        given = maybe(volume, name)
        if given is None:
            continue
        found += 1
        if found > 1:
            yield forbidden(at / name, "may not specify more than 1 volume type")
        elif name == "ephemeral":
            yield from _ephemeral(at, given, text(volume, "name"), pod_name)
        else:
            yield from _image(at / name, given, is_pod)
    if not found:
        yield required(at, "must specify a volume type")


def _ephemeral(at: FieldPath, given: Object, volume: str, pod_name: str) -> Iterator[Cause]:
    here, template = at / "ephemeral" / "volumeClaimTemplate", maybe(given, "volumeClaimTemplate")
    if template is None:
        yield required(here)
    else:
        metadata = obj(template, "metadata")
        yield from check_annotations(here / "metadata.annotations", mapping(metadata, "annotations"))
        yield from check_labels(here / "metadata.labels", mapping(metadata, "labels"))
        for name in sorted(metadata):
            if name not in ("annotations", "labels") and metadata[name]:
                yield forbidden(here / "metadata" / name, "cannot be set")
        yield from check_claim_spec(here / "spec", obj(template, "spec"))
    if pod_name and volume:
        claim = f"{pod_name}-{volume}"
        yield from each(at / "name", volume, [f'PVC name "{claim}": {m}' for m in dns_subdomain(claim)])


def _image(at: FieldPath, given: Object, is_pod: bool) -> Iterator[Cause]:
    if is_pod and not text(given, "reference"):
        yield required(at / "reference")
    yield from check_pull_policy(at / "pullPolicy", text(given, "pullPolicy"))
