"""Where a volume comes from: one rule per source, shared by pods and persistent volumes.

Upstream: pkg/apis/core/validation/validation.go, validateVolumeSource and the validate*VolumeSource functions (v1.36).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from kspec.api.cause import Cause, FieldPath, each, invalid, not_supported, required, too_long
from kspec.api.fields import flag, integer, mapping, maybe, maybe_text, number, objects, text, texts
from kspec.api.validation.names import between, dns_label, dns_subdomain
from kspec.api.validation.paths import file_mode, local_descending, local_non_reserved, no_backsteps
from kspec.source.tree import Object

SourceRule = Callable[[FieldPath, Object], Iterator[Cause]]

_HOST_PATH_TYPES = (
    "",
    "BlockDevice",
    "CharDevice",
    "Directory",
    "DirectoryOrCreate",
    "File",
    "FileOrCreate",
    "Socket",
)
_ISCSI = {
    "iqn": r"iqn\.\d{4}-\d{2}\.([A-Za-z0-9-.]+)(:[^,;*&$|\s]+)$",
    "eui": r"eui.[A-Za-z0-9]{16}$",
    "naa": r"naa.[A-Za-z0-9]{32}$",
}
_MANAGED_DISK = "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"
_BLOB_DISK = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"


def needs(*names: str) -> SourceRule:
    """A source whose only rule is that some texts are not empty."""

    def rule(at: FieldPath, source: Object) -> Iterator[Cause]:
        for name in names:
            if not source.get(name):
                yield required(at / name)

    return rule


def host_path(at: FieldPath, source: Object) -> Iterator[Cause]:
    path, kind = text(source, "path"), maybe_text(source, "type")
    if not path:
        yield required(at / "path")
        return
    yield from no_backsteps(at / "path", path)
    if kind is not None and kind not in _HOST_PATH_TYPES:
        yield not_supported(at / "type", kind, _HOST_PATH_TYPES)


def git_repo(at: FieldPath, source: Object) -> Iterator[Cause]:
    if not text(source, "repository"):
        yield required(at / "repository")
    yield from local_descending(at / "directory", text(source, "directory"))


def disk(name: str) -> SourceRule:
    """Cloud disks with a partition."""

    def rule(at: FieldPath, source: Object) -> Iterator[Cause]:
        if not text(source, name):
            yield required(at / name)
        if not 0 <= integer(source, "partition") <= 255:
            yield invalid(at / "partition", integer(source, "partition"), between(1, 255))

    return rule


_ODD_NAME = "must be valid format"


def iscsi(at: FieldPath, source: Object) -> Iterator[Cause]:
    return _iscsi(at, source, f"{_ODD_NAME} starting with iqn, eui, or naa")


def iscsi_of_volume(at: FieldPath, source: Object) -> Iterator[Cause]:
    """The same in a PersistentVolume, where upstream says less."""
    return _iscsi(at, source, _ODD_NAME)


def _iscsi(at: FieldPath, source: Object, unknown: str) -> Iterator[Cause]:
    if not text(source, "targetPortal"):
        yield required(at / "targetPortal")
    if not text(source, "iqn"):
        yield required(at / "iqn")
    else:
        yield from _iscsi_name(at / "iqn", text(source, "iqn"), unknown)
    if not 0 <= integer(source, "lun") <= 255:
        yield invalid(at / "lun", integer(source, "lun"), between(0, 255))
    if (flag(source, "chapAuthDiscovery") or flag(source, "chapAuthSession")) and maybe(source, "secretRef") is None:
        yield required(at / "secretRef")
    initiator = maybe_text(source, "initiatorName")
    if initiator is not None:
        yield from _iscsi_name(at / "initiatorname", initiator, unknown)


def _iscsi_name(at: FieldPath, name: str, unknown: str) -> Iterator[Cause]:
    pattern = _ISCSI.get(name[:3])
    if pattern is None:
        yield invalid(at, name, unknown)
    elif not re.match(pattern, name):
        yield invalid(at, name, _ODD_NAME)


def fibre_channel(at: FieldPath, source: Object) -> Iterator[Cause]:
    targets, ids = texts(source, "targetWWNs"), texts(source, "wwids")
    if not targets and not ids:
        yield required(at / "targetWWNs", "must specify either targetWWNs or wwids, but not both")
    if targets and ids:
        yield invalid(at / "targetWWNs", list(targets), "targetWWNs and wwids can not be specified simultaneously")
    if targets:
        lun = number(source, "lun")
        if lun is None:
            yield required(at / "lun", "lun is required if targetWWNs is specified")
        elif not 0 <= lun <= 255:
            yield invalid(at / "lun", lun, between(0, 255))


def nfs(at: FieldPath, source: Object) -> Iterator[Cause]:
    yield from needs("server", "path")(at, source)
    if not text(source, "path").startswith("/"):
        yield invalid(at / "path", text(source, "path"), "must be an absolute path")


def quobyte(at: FieldPath, source: Object) -> Iterator[Cause]:
    words = "must be a host:port pair or multiple pairs separated by commas"
    registry = text(source, "registry")
    if not registry:
        yield required(at / "registry", words)
    elif len(text(source, "tenant")) >= 65:
        yield required(at / "tenant", "must be a UUID and may not exceed a length of 64 characters")
    elif not all(re.fullmatch(r"(\[[^\]]*\]|[^:]*):[^:]*", pair) for pair in registry.split(",")):
        yield invalid(at / "registry", registry, words)
    if not text(source, "volume"):
        yield required(at / "volume")


def flocker(at: FieldPath, source: Object) -> Iterator[Cause]:
    name, uuid = text(source, "datasetName"), text(source, "datasetUUID")
    if not name and not uuid:
        yield required(at, "one of datasetName and datasetUUID is required")
    if name and uuid:
        yield invalid(at, "resource", "datasetName and datasetUUID can not be specified simultaneously")
    if "/" in name:
        yield invalid(at / "datasetName", name, "must not contain '/'")


def flex_volume(at: FieldPath, source: Object) -> Iterator[Cause]:
    if not text(source, "driver"):
        yield required(at / "driver")
    for key in sorted(mapping(source, "options")):
        if f".{key.partition('/')[0].lower()}".endswith((".kubernetes.io", ".k8s.io")):
            yield invalid((at / "options").key(key), key, "kubernetes.io and k8s.io namespaces are reserved")


def azure_disk(at: FieldPath, source: Object) -> Iterator[Cause]:
    caching, kind, uri = maybe_text(source, "cachingMode"), maybe_text(source, "kind"), text(source, "diskURI")
    yield from needs("diskName", "diskURI")(at, source)
    if caching is not None and caching not in ("None", "ReadOnly", "ReadWrite"):
        yield not_supported(at / "cachingMode", caching, ("None", "ReadOnly", "ReadWrite"))
    if kind is not None and kind not in ("Dedicated", "Managed", "Shared"):
        yield not_supported(at / "kind", kind, ("Dedicated", "Managed", "Shared"))
    if kind == "Managed" and not uri.startswith("/subscriptions/"):
        yield not_supported(at / "diskURI", uri, (_MANAGED_DISK,))
    if kind not in (None, "Managed") and not uri.startswith("https://"):
        yield not_supported(at / "diskURI", uri, (_BLOB_DISK,))


def storage_os(at: FieldPath, source: Object) -> Iterator[Cause]:
    name, namespace = text(source, "volumeName"), text(source, "volumeNamespace")
    yield from each(at / "volumeName", name, dns_label(name)) if name else [required(at / "volumeName")]
    if namespace:
        yield from each(at / "volumeNamespace", namespace, dns_label(namespace))
    yield from secret_name(at, source)


def cinder(at: FieldPath, source: Object) -> Iterator[Cause]:
    yield from needs("volumeID")(at, source)
    yield from secret_name(at, source)


def secret_name(at: FieldPath, source: Object) -> Iterator[Cause]:
    """A secret reference needs its name."""
    reference = maybe(source, "secretRef")
    if reference is not None and not text(reference, "name"):
        yield required(at / "secretRef" / "name")


def csi_driver_name(at: FieldPath, name: str) -> Iterator[Cause]:
    if not name:
        yield required(at)
        return
    if len(name.encode()) > 63:
        yield too_long(at, 63)
    yield from each(at, name, dns_subdomain(name.lower()))


def csi(at: FieldPath, source: Object) -> Iterator[Cause]:
    yield from csi_driver_name(at / "driver", text(source, "driver"))
    reference = maybe(source, "nodePublishSecretRef")
    if reference is not None:
        name = text(reference, "name")
        if not name:
            yield required(at / "nodePublishSecretRef" / "name")
        else:
            yield from each(at / "name", name, dns_subdomain(name))


def keyed(name: str) -> SourceRule:
    """ConfigMaps and Secrets as files."""

    def rule(at: FieldPath, source: Object) -> Iterator[Cause]:
        if not text(source, name):
            yield required(at / name)
        yield from file_mode(at / "defaultMode", number(source, "defaultMode"))
        yield from key_paths(at, source)

    return rule


def key_paths(at: FieldPath, source: Object) -> Iterator[Cause]:
    """`items`: which key becomes which file."""
    for i, item in enumerate(objects(source, "items")):
        here, path = (at / "items").item(i), text(item, "path")
        if not text(item, "key"):
            yield required(here / "key")
        if not path:
            yield required(here / "path")
        yield from local_non_reserved(here / "path", path)
        yield from file_mode(here / "mode", number(item, "mode"))
