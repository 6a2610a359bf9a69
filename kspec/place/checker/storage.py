"""Judging pods with volumes: reach of volumes, claims for one pod or one node, free volumes, attach limits, disks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kspec.domain.node import Node
from kspec.domain.pod import PodSpec, Volume
from kspec.domain.storage import (
    CSINode,
    PersistentVolume,
    PersistentVolumeClaim,
    PersistentVolumeClaimSpec,
    StorageClass,
)
from kspec.place.checker.alone import refusals
from kspec.place.checker.crowd import Member, Violation

_ZONES = ("topology.kubernetes.io/zone", "topology.kubernetes.io/region")


@dataclass(frozen=True)
class Store:
    """Claims by `namespace/name`, volumes and classes by name, CSINodes by node."""

    claims: Mapping[str, PersistentVolumeClaim]
    volumes: Mapping[str, PersistentVolume]
    classes: Mapping[str, StorageClass]
    csi_nodes: Mapping[str, CSINode]


@dataclass(frozen=True, slots=True)
class _Mount:
    """One use of a claim by a placed pod."""

    pod: str
    node: str
    fixed: bool
    claim: str
    spec: PersistentVolumeClaimSpec | None


def volumes_in_reach(
    nodes: Mapping[str, Node], placed: Sequence[tuple[Member, str]], store: Store
) -> Iterator[Violation]:
    """Every volume can be mounted where its pods stand."""
    with_volumes = [(pod, node) for pod, node in placed if pod.spec.volumes]
    mounts = [m for pod, node in with_volumes for m in _mounts(pod, node, store)]
    yield from _reach(nodes, mounts, store)
    yield from _sharing(mounts)
    yield from _enough_free(nodes, mounts, store)
    yield from _attached(mounts, store)
    yield from _disks(with_volumes)


def _mounts(pod: Member, node: str, store: Store) -> Iterator[_Mount]:
    name = pod.key.partition("/")[2]
    for volume in pod.spec.volumes:
        if volume.persistent_volume_claim:
            key = f"{pod.namespace}/{volume.persistent_volume_claim.claim_name}"
            claim = store.claims.get(key)
            yield _Mount(pod.key, node, pod.fixed, key, claim.spec if claim else None)
        elif volume.ephemeral:
            spec = PersistentVolumeClaimSpec.model_validate(volume.ephemeral.volume_claim_template.get("spec", {}))
            yield _Mount(pod.key, node, pod.fixed, f"{pod.namespace}/{name}-{volume.name}", spec)


def _volume_of(mount: _Mount, store: Store) -> PersistentVolume | None:
    if mount.spec and mount.spec.volume_name:
        return store.volumes.get(mount.spec.volume_name)
    for volume in store.volumes.values():
        reference = volume.spec.claim_ref
        if reference and f"{reference.namespace}/{reference.name}" == mount.claim:
            return volume
    return None


def _class_of(mount: _Mount, store: Store) -> StorageClass | None:
    name = mount.spec.storage_class_name if mount.spec else None
    if name is not None:
        return store.classes.get(name)
    marked = "storageclass.kubernetes.io/is-default-class"
    return next((c for c in store.classes.values() if c.metadata.annotations.get(marked) == "true"), None)


def _reach(nodes: Mapping[str, Node], mounts: Sequence[_Mount], store: Store) -> Iterator[Violation]:
    for mount in (m for m in mounts if not m.fixed):
        if mount.spec is None:
            yield Violation(mount.pod, mount.node, "VolumeBinding", f"there is no claim {mount.claim}")
            continue
        node, volume = nodes[mount.node], _volume_of(mount, store)
        if volume is not None and not reachable(volume, node):
            yield Violation(mount.pod, mount.node, "VolumeBinding", f"volume {volume.name} is out of reach")
        storage_class = _class_of(mount, store)
        if volume is None and not mount.spec.volume_name and storage_class and not _made_here(storage_class, node):
            yield Violation(mount.pod, mount.node, "VolumeBinding", f"{storage_class.name} makes no volumes here")


def reachable(volume: PersistentVolume, node: Node) -> bool:
    """Whether a node can mount a volume."""
    required = volume.spec.node_affinity.required
    if required is not None:
        spec = PodSpec.model_validate({"affinity": {"nodeAffinity": {}}})
        affinity = spec.affinity.node_affinity.model_copy(update={"required": required})
        wanting = spec.model_copy(update={"affinity": spec.affinity.model_copy(update={"node_affinity": affinity})})
        if any(name == "NodeAffinity" for name, _ in refusals(wanting, node)):
            return False
    labels = node.metadata.labels
    zoned = any(z in labels for z in _ZONES)
    return not zoned or all(
        labels.get(z) in volume.metadata.labels[z].split("__") for z in _ZONES if z in volume.metadata.labels
    )


def _made_here(storage_class: StorageClass, node: Node) -> bool:
    if storage_class.provisioner == "kubernetes.io/no-provisioner" or not storage_class.allowed_topologies:
        return True
    for term in storage_class.allowed_topologies:
        wanted = [(str(e.get("key")), e.get("values", ())) for e in term.match_label_expressions]
        if all(node.metadata.labels.get(key) in values for key, values in wanted):
            return True
    return False


def _sharing(mounts: Sequence[_Mount]) -> Iterator[Violation]:
    users: dict[str, list[_Mount]] = defaultdict(list)
    for mount in mounts:
        users[mount.claim].append(mount)
    for claim, using in users.items():
        modes = set(using[-1].spec.access_modes) if using[-1].spec else set()
        ours = [m for m in using if not m.fixed]
        if not ours:
            continue
        if modes == {"ReadWriteOncePod"} and len({m.pod for m in using}) > 1:
            yield Violation(ours[-1].pod, ours[-1].node, "VolumeRestrictions", f"{claim} is for one pod")
        single = modes and not modes & {"ReadWriteMany", "ReadOnlyMany"}
        if single and len({m.node for m in using}) > 1:
            yield Violation(ours[-1].pod, ours[-1].node, "VolumeAttachment", f"{claim} is for one node")


def _enough_free(nodes: Mapping[str, Node], mounts: Sequence[_Mount], store: Store) -> Iterator[Violation]:
    """Each claim that takes one of the free volumes gets one of its own: a matching, found by augmenting paths."""
    taken = {c.spec.volume_name for c in store.claims.values() if c.spec.volume_name}
    free = [v for v in store.volumes.values() if v.spec.claim_ref is None and v.name not in taken]
    owner: dict[str, _Mount] = {}

    def fits(mount: _Mount, volume: PersistentVolume) -> bool:
        return _serves(volume, mount, store) and reachable(volume, nodes[mount.node])

    def assign(mount: _Mount, seen: set[str]) -> bool:
        for volume in free:
            if volume.name not in seen and fits(mount, volume):
                seen.add(volume.name)
                if volume.name not in owner or assign(owner[volume.name], seen):
                    owner[volume.name] = mount
                    return True
        return False

    for mount in {m.claim: m for m in mounts if not m.fixed}.values():
        if mount.spec and _takes_free_volume(mount, store) and not assign(mount, set()):
            yield Violation(mount.pod, mount.node, "VolumeBinding", f"no free volume is left for {mount.claim}")


def _takes_free_volume(mount: _Mount, store: Store) -> bool:
    if mount.spec is None or mount.spec.volume_name or _volume_of(mount, store):
        return False
    storage_class = _class_of(mount, store)
    if storage_class is not None:
        return storage_class.provisioner == "kubernetes.io/no-provisioner"
    name = mount.spec.storage_class_name
    return name == "" or (name is not None and any(v.spec.storage_class_name == name for v in store.volumes.values()))


def _serves(volume: PersistentVolume, mount: _Mount, store: Store) -> bool:
    claim = mount.spec
    if claim is None:
        return False
    storage_class = _class_of(mount, store)
    name = storage_class.name if storage_class else claim.storage_class_name or ""
    size, offered = claim.resources.requests.get("storage"), volume.spec.capacity.get("storage")
    return (
        volume.spec.storage_class_name == name
        and volume.spec.volume_mode == claim.volume_mode
        and all(mode in volume.spec.access_modes for mode in claim.access_modes)
        and (size is None or (offered is not None and offered.amount >= size.amount))
        and (claim.selector is None or claim.selector.matches(volume.metadata.labels))
    )


def _attached(mounts: Sequence[_Mount], store: Store) -> Iterator[Violation]:
    limits = {
        (node, driver.name): driver.allocatable["count"]
        for node, csi in store.csi_nodes.items()
        for driver in csi.spec.drivers
        if "count" in driver.allocatable
    }
    attached: Counter[tuple[str, str]] = Counter()
    blamed: dict[tuple[str, str], _Mount] = {}
    for mount in {(m.claim, m.node): m for m in mounts}.values():
        volume, storage_class = _volume_of(mount, store), _class_of(mount, store)
        driver = storage_class.provisioner if storage_class else ""
        if volume is not None:
            driver = volume.spec.csi.driver if volume.spec.csi else ""
        attached[mount.node, driver] += 1
        if not mount.fixed:
            blamed[mount.node, driver] = mount
    for place, mount in blamed.items():
        if attached[place] > limits.get(place, attached[place]):
            message = f"{attached[place]} volumes of {place[1]} attached, {limits[place]} can be"
            yield Violation(mount.pod, mount.node, "NodeVolumeLimits", message)


def _disks(placed: Sequence[tuple[Member, str]]) -> Iterator[Violation]:
    seen: dict[tuple[str, str], list[tuple[str, bool, bool]]] = defaultdict(list)
    for pod, node in placed:
        for volume in pod.spec.volumes:
            disk = _disk(volume)
            if disk:
                seen[node, disk[0]].append((pod.key, disk[1], pod.fixed))
    for (node, name), users in seen.items():
        alone = len({key for key, *_ in users}) == 1
        if not alone and not all(ro for _, ro, _ in users) and not all(fixed for *_, fixed in users):
            blamed = next(key for key, _, fixed in users if not fixed)
            yield Violation(blamed, node, "VolumeRestrictions", f"{name} is mounted twice")


def _disk(volume: Volume) -> tuple[str, bool] | None:
    for kind, source, name in (
        ("gce", volume.gce_persistent_disk, "pdName"),
        ("aws", volume.aws_elastic_block_store, "volumeID"),
        ("iscsi", volume.iscsi, "iqn"),
        ("rbd", volume.rbd, "image"),
    ):
        if source:
            return f"{kind} {source.get(name)}", source.get("readOnly") is True and kind != "aws"
    return None
