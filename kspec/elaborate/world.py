"""All objects of a design while it is being put together, from kspec and YAML alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from kspec.domain.objects import Resource
from kspec.elaborate import rules
from kspec.elaborate.objects.draft import Draft, Key
from kspec.elaborate.objects.flat import template_path
from kspec.elaborate.objects.kinds import KindInfo, Kinds
from kspec.elaborate.objects.layers import Layer
from kspec.elaborate.objects.slots import from_json
from kspec.source.diagnostic import Diagnostics, Label
from kspec.source.text import Span

YAML_LAYER = Layer("YAML")


@dataclass(frozen=True, slots=True)
class Adopted:
    """An object that came as YAML and that nothing has changed."""

    resource: Resource
    kind: KindInfo

    @property
    def name(self) -> str:
        return self.resource.name

    @property
    def namespace(self) -> str:
        return self.resource.namespace

    @property
    def key(self) -> Key:
        namespace = (self.namespace or "default") if self.kind.namespaced else ""
        return self.kind.group, self.kind.kind, namespace, self.name

    @property
    def span(self) -> Span | None:
        return self.resource.origin.key(("metadata", "name")) or self.resource.origin.at(())


Entity = Draft | Adopted


@dataclass
class Watch:
    """Notes the objects that were looked for by name and were declared before `start`: what a text takes from others.

    `seen` maps kind and name to what was found, `sizes` the objects to how often they had been written to by then.
    """

    start: int
    seen: dict[tuple[KindInfo, str], tuple[Entity, ...]] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)

    def note(self, world: World, kind: KindInfo, name: str, places: Iterable[int]) -> None:
        outside = [place for place in places if place < self.start]
        self.seen.setdefault((kind, name), tuple(world.entities[place] for place in outside))
        for place in outside:
            self.sizes.setdefault(place, _size(world.entities[place]))

    def wrote(self, world: World) -> bool:
        """Whether any of what was found has been written to since."""
        return any(_size(world.entities[place]) != size for place, size in self.sizes.items())


def _size(entity: Entity) -> int:
    """How often an object has been written to; 0 for one that came as YAML and is still that."""
    if isinstance(entity, Adopted):
        return 0
    waiting, size = [entity.root], len(entity.peers) + len(entity.port_uses) + len(entity.claim_mounts)
    while waiting:
        slot = waiting.pop()
        size += len(slot.writes)
        waiting += [*(slot.fields or {}).values(), *(slot.items or ())]
    return size


@dataclass
class World:
    """The objects in order of their writing."""

    kinds: Kinds
    entities: list[Entity] = field(default_factory=list)
    _by_name: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    _shared: set[int] = field(default_factory=set)
    """The ids of the drafts that belong to somebody else as well: they are copied when they are first written to."""
    watch: Watch | None = None
    """What is told of every search."""

    def add(self, entity: Entity) -> None:
        self._by_name.setdefault((entity.kind.kind, entity.name), []).append(len(self.entities))
        self.entities.append(entity)

    def adopt(self, resource: Resource) -> None:
        """Add an object that was read."""
        self.add(Adopted(resource, self.kinds.by_name(resource.api_version, resource.kind)))

    def find(self, kind: KindInfo, name: str, namespace: str | None = None) -> list[Entity]:
        """The objects of a kind and name, of any version; of one namespace, or of all."""
        places = self._by_name.get((kind.kind, name), ())
        if self.watch is not None:
            self.watch.note(self, kind, name, places)
        found = (self.entities[i] for i in places)
        return [
            e
            for e in found
            if e.kind.group == kind.group
            and (namespace is None or not kind.namespaced or (e.namespace or "default") == namespace)
        ]

    def draft(self, entity: Entity) -> Draft:
        """The object as one that can be written to."""
        if isinstance(entity, Draft):
            if id(entity) not in self._shared:
                return entity
            return self._replace(entity, entity.copy())
        resource = entity.resource
        root = from_json(resource.manifest, resource.origin, YAML_LAYER)
        span = entity.span or Span("", 1, 1, 1, 1)
        return self._replace(entity, Draft(entity.kind, span, YAML_LAYER, root, adopted=resource.origin))

    def share(self, draft: Draft) -> None:
        """Leave a draft as it is from now on: whoever writes to it writes to a copy."""
        self._shared.add(id(draft))

    def is_shared(self, draft: Draft) -> bool:
        return id(draft) in self._shared

    def _replace(self, entity: Entity, draft: Draft) -> Draft:
        likely = self._by_name.get((entity.kind.kind, entity.name), ())
        places = chain(likely, range(len(self.entities)))  # it may have been renamed since
        self.entities[next(i for i in places if self.entities[i] is entity)] = draft
        return draft

    def fork(self) -> World:
        """The same objects, to be changed without changing them here; each is copied when it is first written to."""
        shared = {id(e) for e in self.entities if isinstance(e, Draft)}
        by_name = {key: list(places) for key, places in self._by_name.items()}
        return World(self.kinds, list(self.entities), by_name, shared)

    def names(self, kind: KindInfo) -> Iterator[str]:
        """The names of all objects of a kind."""
        return (e.name for e in self.entities if (e.kind.group, e.kind.kind) == (kind.group, kind.kind))

    def drop_removed(self) -> None:
        """Forget the objects that an overlay took away."""
        kept = [e for e in self.entities if isinstance(e, Adopted) or not e.root.removed]
        self.entities, self._by_name = [], {}
        for entity in kept:
            self.add(entity)

    def report_duplicates(self, diagnostics: Diagnostics) -> None:
        """Report every object that another one has the kind, namespace and name of."""
        seen: dict[Key, Entity] = {}
        for entity in self.entities:
            first = seen.setdefault(entity.key, entity)
            if first is entity or not entity.name:
                continue
            kind, namespace, name = entity.key[1:]
            where = f" in the namespace {namespace}" if namespace else ""
            related = (Label("the first one", first.span),) if first.span else ()
            diagnostics.report(
                rules.DUPLICATE,
                f"{kind} {name} is declared twice{where}",
                entity.span,
                object="/".join(p for p in (kind, namespace, name) if p),
                related=related,
            )


def workloads(entities: Iterable[Entity]) -> Iterator[Entity]:
    """Those that have pods: a pod template, or a pod of their own."""
    for entity in entities:
        schema = entity.kind.schema
        if entity.kind.kind == "Pod" or (schema is not None and template_path(schema) is not None):
            yield entity
