"""What can only be written when all objects are known: labels and selectors, targets, peers, mounts of claims."""

from __future__ import annotations

from kspec.api.schema import MapSchema, ObjectSchema
from kspec.domain.objects import get
from kspec.elaborate import rules
from kspec.elaborate.evaluate.values import ObjectName, Text, Value, Word
from kspec.elaborate.objects.draft import ClaimMount, Draft, PortUse
from kspec.elaborate.objects.layers import GENERATED, Write
from kspec.elaborate.objects.slots import Slot, Special
from kspec.elaborate.suggest import did_you_mean, listing
from kspec.elaborate.world import Entity, World, workloads
from kspec.source.diagnostic import Diagnostics
from kspec.source.text import Span
from kspec.source.tree import Json, Object

NAME_LABEL = "app.kubernetes.io/name"
Labels = dict[str, str]


def complete(world: World, diagnostics: Diagnostics) -> None:
    """Write into every object that kspec text declares what follows from itself and from the others."""
    drafts = [d for d in world.entities if isinstance(d, Draft) and d.adopted is None]
    for draft in drafts:
        _label(draft)
        _access_modes(draft)
        for mount in draft.claim_mounts:
            _mount_claim(draft, mount, diagnostics)
    targets = _Targets(world, diagnostics)
    for draft in drafts:
        targets.write(draft)


def own_selector(draft: Draft) -> Object:
    """The label selector of an object's own pods."""
    return {"matchLabels": dict(_selector_labels(draft))}


# labels


def _label(draft: Draft) -> None:
    """A workload's name is the label by which it finds its pods, unless a selector is written."""
    template, schema = draft.template, draft.kind.schema
    if template is None or schema is None:
        return
    spec = schema.fields.get("spec")
    selector = spec.fields.get("selector") if isinstance(spec, ObjectSchema) else None
    own_jobs = draft.kind.kind in ("Job", "CronJob")
    _generate(draft.root.open_path(("metadata", "labels", NAME_LABEL)), draft.name, draft.span)
    if selector is not None and not own_jobs:
        path = ("spec", "selector") if isinstance(selector, MapSchema) else ("spec", "selector", "matchLabels")
        written = draft.root.at("spec", "selector")
        if written is None or not written.present:
            _generate(draft.root.open_path((*path, NAME_LABEL)), draft.name, draft.span)
    for key, value in _selector_labels(draft).items():
        _generate(draft.root.open_path((*template, "metadata", "labels", key)), value, draft.span)


def _selector_labels(entity: Entity) -> Labels:
    """The labels that select a workload's pods."""
    if isinstance(entity, Draft):
        if entity.kind.kind == "Pod":
            return _texts(entity.root.at("metadata", "labels"))
        for path in (("spec", "selector", "matchLabels"), ("spec", "selector")):
            labels = _texts(entity.root.at(*path))
            if labels and entity.kind.kind not in ("Job", "CronJob"):
                return labels
        return {NAME_LABEL: entity.name}
    manifest = entity.resource.manifest
    paths: tuple[tuple[str, ...], ...] = (
        ("spec", "selector", "matchLabels"),
        ("spec", "template", "metadata", "labels"),
    )
    if entity.kind.kind == "Pod":
        paths = (("metadata", "labels"),)
    elif entity.kind.kind == "ReplicationController":
        paths = (("spec", "selector"), *paths)
    elif entity.kind.kind == "CronJob":
        paths = (("spec", "jobTemplate", "spec", "template", "metadata", "labels"),)
    return next((found for path in paths if (found := _plain(get(manifest, path)))), {})


def _texts(slot: Slot | None) -> Labels:
    fields = slot.fields if slot is not None else None
    return {k: s.value for k, s in (fields or {}).items() if s.present and isinstance(s.value, str)}


def _plain(value: Json) -> Labels:
    return {k: v for k, v in value.items() if isinstance(v, str)} if isinstance(value, dict) else {}


def _generate(slot: Slot, value: str, span: Span) -> None:
    slot.set(value, Write(GENERATED, span, span, value))


# claims


def _access_modes(draft: Draft) -> None:
    """A claim is for one node at a time unless it says otherwise."""
    specs: list[Slot | None] = []
    if draft.kind.kind == "PersistentVolumeClaim":
        specs.append(draft.root.open("spec"))
    templates = draft.root.at("spec", "volumeClaimTemplates")
    specs += [item.field("spec") for item in templates.live_items()] if templates is not None else []
    for spec in specs:
        if spec is not None and spec.field("accessModes") is None:
            modes = spec.open("accessModes")
            modes.replace_list(Write(GENERATED, draft.span))
            _generate(modes.append(), "ReadWriteOnce", draft.span)


def _mount_claim(draft: Draft, mount: ClaimMount, diagnostics: Diagnostics) -> None:
    containers = draft.root.at(*(draft.template or ()), "spec", "containers")
    live = list(containers.live_items()) if containers is not None else []
    path = mount.path
    if len(live) != 1:
        message = f"the pod has {len(live)} containers, and nothing says which one mounts the claim"
        name = mount.claim.slot.text("metadata", "name")
        help = f'write `mount {name}: "{path.text}"` in the container'
        diagnostics.report(rules.TYPE, message, path.span, help=help, object=str(draft.ref))
        return
    write = Write(mount.claim.layer, path.span, path.span)
    item = live[0].open("volumeMounts").append()
    item.open_map(write)
    item.open("name").set(mount.claim.slot.text("metadata", "name"), write)
    item.open("mountPath").set(path.text, Write(mount.claim.layer, path.span, path.span, path.text))


# targets


class _Targets:
    def __init__(self, world: World, diagnostics: Diagnostics) -> None:
        self.world = world
        self.diagnostics = diagnostics
        self._workloads: dict[tuple[str, str], list[Entity]] = {}
        for entity in workloads(world.entities):
            self._workloads.setdefault((entity.key[2], entity.name), []).append(entity)

    def write(self, draft: Draft) -> None:
        """Write what an object needs to know of the workloads and services it names."""
        match draft.kind.kind:
            case "Service":
                self._select(draft, ("spec", "selector"), implied=False)
            case "PodDisruptionBudget":
                self._select(
                    draft, ("spec", "selector", "matchLabels"), implied=draft.root.at("spec", "selector") is None
                )
            case "NetworkPolicy":
                self._select(draft, ("spec", "podSelector", "matchLabels"), implied=False)
            case "HorizontalPodAutoscaler":
                self._scale(draft)
            case _:
                pass
        for peer in draft.peers:
            found = self.workload(draft, peer.workload)
            if found is not None:
                peer.slot.open_map(Write(draft.layer, peer.workload.span, peer.workload.span))
                self._labels(peer.slot.open_path(("podSelector", "matchLabels")), found, peer.workload.span)
        for use in draft.port_uses:
            self._port(draft, use)

    def workload(self, draft: Draft, wanted: Value) -> Entity | None:
        """The workload of that name in the object's namespace; reports where there is none, or more than one."""
        found, name = self._candidates(draft, wanted)
        if len(found) == 1:
            return found[0]
        if found:
            kinds = listing(f"{e.kind.kind.lower()}/{name}" for e in found)
            message, help = f"several workloads are called `{name}`", f"say which: {kinds}"
        else:
            near = [known for namespace, known in self._workloads if namespace == draft.key[2]]
            message = f"there is no workload `{name}` in the namespace {draft.key[2]}"
            help = did_you_mean(name, near) or "say which pods are meant: `target: NAME`, or a `selector`"
        self.diagnostics.report(rules.UNKNOWN_NAME, message, wanted.span, help=help, object=str(draft.ref))
        return None

    def _candidates(self, draft: Draft, wanted: Value) -> tuple[list[Entity], str]:
        kind = None
        match wanted:
            case ObjectName(word, name):
                kind = self.world.kinds.by_word(word)
            case Text(name) | Word(name):
                pass
            case _:
                return [], ""
        named = self._workloads.get((draft.key[2], name), [])
        found = [e for e in named if kind is None or e.kind.kind == kind.kind]
        controllers = [e for e in found if e.kind.kind not in ("Pod", "PodTemplate", "Job", "CronJob")]
        return controllers if len(found) > 1 and controllers else found, name

    def _target(self, draft: Draft, *, implied: bool) -> tuple[Entity, Span] | None:
        wanted = draft.target
        if wanted is None and implied:
            wanted = Text(draft.name, span=draft.span)
        found = self.workload(draft, wanted) if wanted is not None else None
        return (found, wanted.span) if found is not None and wanted is not None else None

    def _select(self, draft: Draft, path: tuple[str, ...], *, implied: bool) -> None:
        found = self._target(draft, implied=implied)
        if found is not None:
            self._labels(draft.root.open_path(path), *found)

    def _labels(self, slot: Slot, target: Entity, span: Span) -> None:
        for key, value in _selector_labels(target).items():
            _generate(slot.open(key), value, span)

    def _scale(self, draft: Draft) -> None:
        written = draft.root.at("spec", "scaleTargetRef")
        found = self._target(draft, implied=written is None)
        if found is None:
            return
        target, span = found
        reference = draft.root.open_path(("spec", "scaleTargetRef"))
        for field, value in (
            ("apiVersion", target.kind.api_version),
            ("kind", target.kind.kind),
            ("name", target.name),
        ):
            _generate(reference.open(field), value, span)

    def _port(self, draft: Draft, use: PortUse) -> None:
        service = self.world.kinds.by_word("service")
        found = self.world.find(service, use.service, draft.key[2]) if service is not None else []
        if not found:
            known = self.world.names(service) if service is not None else ()
            message = f"there is no service `{use.service}` in the namespace {draft.key[2]}"
            help = did_you_mean(use.service, known)
            self.diagnostics.report(rules.UNKNOWN_NAME, message, use.span, help=help, object=str(draft.ref))
            return
        ports = _ports(found[0])
        if use.port is None and len(ports) == 1:
            name, number = ports[0]
            field, value = ("name", name) if name else ("number", number)
            use.slot.open(field).set(value, Write(GENERATED, use.span, use.span, value))
        elif use.port is None or all(use.port not in port for port in ports):
            names = [name or str(number) for name, number in ports]
            wanted = f"no port `{use.port}`" if use.port is not None else f"{len(ports)} ports"
            help = did_you_mean(str(use.port), names) or f"write {listing(f'service/{use.service}.{p}' for p in names)}"
            message = f"the service `{use.service}` has {wanted}"
            self.diagnostics.report(rules.UNKNOWN_NAME, message, use.span, help=help, object=str(draft.ref))


def _ports(service: Entity) -> list[tuple[str, int]]:
    """Name and number of a service's ports."""
    if isinstance(service, Draft):
        slot = service.root.at("spec", "ports")
        items = list(slot.live_items()) if slot is not None else []
        return [(s.text("name"), p.value) for s in items if (p := s.field("port")) and isinstance(p.value, int)]
    listed = get(service.resource.manifest, ("spec", "ports"))
    ports = [p for p in listed if isinstance(p, dict)] if isinstance(listed, list) else []
    return [(str(p.get("name") or ""), number) for p in ports if isinstance(number := p.get("port"), int)]


__all__ = ["Special", "complete", "own_selector"]
