"""What objects need to know of each other: targets of services and budgets, peers of policies, ports of ingresses."""

from __future__ import annotations

from kspec.domain.objects import get
from kspec.elaborate import rules
from kspec.elaborate.evaluate.values import ObjectName, Text, Value, Word
from kspec.elaborate.labels import selector_labels
from kspec.elaborate.objects.draft import Draft, PortUse
from kspec.elaborate.objects.layers import GENERATED, Write
from kspec.elaborate.objects.slots import Slot
from kspec.elaborate.suggest import did_you_mean, listing
from kspec.elaborate.world import Entity, World, workloads
from kspec.source.diagnostic import Diagnostics
from kspec.source.text import Span


class Targets:
    """Finds workloads and services by the names that other objects use for them."""

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
                untouched = not _has_been_written(draft, "selector")
                self._select(draft, ("spec", "selector", "matchLabels"), implied=untouched)
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
        draft.flawed = True
        if isinstance(wanted, ObjectName) and self.world.kinds.by_word(wanted.kind) is None:
            word = self.world.kinds.nearest(wanted.kind)
            meant = f"did you mean `{word}/{wanted.rest}`?" if word else None
            message = f"there is no kind `{wanted.kind}`"
            self.diagnostics.report(rules.UNKNOWN_NAME, message, wanted.span, help=meant, object=str(draft.ref))
            return None
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
                if kind is None:
                    return [], name
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
        for key, value in selector_labels(target).items():
            slot.open(key).generate(value, span)

    def _scale(self, draft: Draft) -> None:
        found = self._target(draft, implied=not _has_been_written(draft, "scaleTargetRef"))
        if found is None:
            return
        target, span = found
        reference = draft.root.open_path(("spec", "scaleTargetRef"))
        for field, value in (
            ("apiVersion", target.kind.api_version),
            ("kind", target.kind.kind),
            ("name", target.name),
        ):
            reference.open(field).generate(value, span)

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


def needs_others(draft: Draft) -> bool:
    """Whether `Targets.write` may have something to write."""
    return draft.kind.kind in _BY_NAME or bool(draft.peers or draft.port_uses)


_BY_NAME = frozenset({"Service", "PodDisruptionBudget", "NetworkPolicy", "HorizontalPodAutoscaler"})


def _has_been_written(draft: Draft, field: str) -> bool:
    """Whether somebody wrote a field of the spec, or took it away."""
    spec = draft.root.at("spec")
    return spec is not None and field in (spec.fields or {})


def _ports(service: Entity) -> list[tuple[str, int]]:
    """Name and number of a service's ports."""
    if isinstance(service, Draft):
        slot = service.root.at("spec", "ports")
        items = list(slot.live_items()) if slot is not None else []
        return [(s.text("name"), p.value) for s in items if (p := s.field("port")) and isinstance(p.value, int)]
    listed = get(service.resource.manifest, ("spec", "ports"))
    ports = [p for p in listed if isinstance(p, dict)] if isinstance(listed, list) else []
    return [(str(p.get("name") or ""), number) for p in ports if isinstance(number := p.get("port"), int)]
