"""Objects while they are being written, and the places inside them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kspec.api.schema import ObjectSchema, Schema
from kspec.domain.objects import ObjectRef
from kspec.elaborate.evaluate.values import Text, Value
from kspec.elaborate.objects.flat import View, flatten, template_path
from kspec.elaborate.objects.kinds import KindInfo
from kspec.elaborate.objects.layers import Layer
from kspec.elaborate.objects.slots import Slot
from kspec.source.text import Span
from kspec.source.tree import Origin

Key = tuple[str, str, str, str]
"""What makes an object the same: group, kind, namespace and name."""


@dataclass(frozen=True, slots=True)
class PortUse:
    """That an ingress sends to a port of a Service, or to its only one, which is then written into `slot`."""

    service: str
    port: str | int | None
    span: Span
    slot: Slot


@dataclass(frozen=True, slots=True)
class Peer:
    """That a network policy's peer in `slot` is a workload."""

    slot: Slot
    workload: Value


@dataclass(frozen=True, slots=True)
class ClaimMount:
    """That the claim at a place is mounted in the container of its pod."""

    claim: Place
    path: Text


@dataclass(eq=False)
class Draft:
    """An object of the design. `span` is its head, `deployment web`; `adopted` is the origin of what came as YAML.

    Some short forms are about other objects: `target`, `port_uses`, `peers`, `claim_mounts` wait until all are known.
    """

    kind: KindInfo
    span: Span
    layer: Layer
    root: Slot = field(default_factory=Slot)
    target: Value | None = None
    port_uses: list[PortUse] = field(default_factory=list)
    peers: list[Peer] = field(default_factory=list)
    claim_mounts: list[ClaimMount] = field(default_factory=list)
    adopted: Origin | None = None
    flawed: bool = False
    """Whether a part of it could not be written, so that what is missing is no news."""

    @property
    def name(self) -> str:
        return self.root.text("metadata", "name")

    @property
    def namespace(self) -> str:
        """The namespace it states, empty where it states none."""
        return self.root.text("metadata", "namespace")

    @property
    def key(self) -> Key:
        namespace = (self.namespace or "default") if self.kind.namespaced else ""
        return self.kind.group, self.kind.kind, namespace, self.name

    @property
    def ref(self) -> ObjectRef:
        return ObjectRef(self.kind.api_version, self.kind.kind, self.namespace, self.name)

    @property
    def template(self) -> tuple[str, ...] | None:
        """The path of its pod template, where it makes pods."""
        return template_path(self.kind.schema) if self.kind.schema else None

    def copy(self) -> Draft:
        """The same object, to be changed by itself."""
        met: dict[int, Slot] = {}
        twin = replace(self, root=self.root.copy(met))
        twin.peers = [replace(p, slot=met.get(id(p.slot), p.slot)) for p in self.peers]
        twin.port_uses = [replace(u, slot=met.get(id(u.slot), u.slot)) for u in self.port_uses]
        claims = ((m, met.get(id(m.claim.slot), m.claim.slot)) for m in self.claim_mounts)
        twin.claim_mounts = [replace(m, claim=replace(m.claim, draft=twin, slot=slot)) for m, slot in claims]
        return twin

    def place(self, layer: Layer) -> Place:
        """The place of its flat fields, for writes of a layer."""
        views = flatten(self.kind.schema) if self.kind.schema else (View((), _UNKNOWN),)
        return Place(self, self.root, views, layer)


_UNKNOWN = ObjectSchema(preserves_unknown=True)


@dataclass(frozen=True, slots=True)
class Place:
    """A slot of an object with the structs whose fields may be written there. `field` is its name in its parent."""

    draft: Draft
    slot: Slot
    views: tuple[View, ...]
    layer: Layer
    field: str = ""

    @property
    def schema(self) -> Schema:
        return self.views[0].schema

    @property
    def whole(self) -> bool:
        """Whether this is the object itself, where fields are flat."""
        return self.slot is self.draft.root

    @property
    def name(self) -> str:
        """What it is, for messages: the kind, or the struct."""
        return self.draft.kind.kind if self.whole else self.views[0].struct or self.field or "this map"

    def inside(self, slot: Slot, schema: Schema, field: str = "") -> Place:
        """The place of a struct inside this one."""
        return Place(self.draft, slot, (View((), schema),), self.layer, field)

    def at(self, view: View) -> Place:
        """The place of one of the views."""
        return self.inside(self.slot.open_path(view.path), view.schema)
