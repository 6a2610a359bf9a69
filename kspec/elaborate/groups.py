"""Groups of objects: a file, a namespace, a cluster, the body of a module; each declares objects and groups."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field, replace

from kspec.elaborate import rules
from kspec.elaborate.collect import Collector
from kspec.elaborate.evaluate import Evaluator
from kspec.elaborate.evaluate.scope import Scope
from kspec.elaborate.evaluate.values import Text
from kspec.elaborate.objects.draft import Draft, Place
from kspec.elaborate.objects.forms import Forms
from kspec.elaborate.objects.kinds import KindInfo
from kspec.elaborate.objects.layers import GENERATED, Layer, Write
from kspec.elaborate.objects.order import Items
from kspec.elaborate.objects.paths import is_reference
from kspec.elaborate.objects.writer import Writer, with_lets
from kspec.elaborate.version import FIELD
from kspec.elaborate.world import World
from kspec.source.diagnostic import Diagnostics, Label
from kspec.source.text import Span
from kspec.syntax import nodes as n

BUILT_IN_NAMESPACES = frozenset({"default", "kube-system", "kube-public", "kube-node-lease"})

OBJECT_STEPS = 20
"""What an object counts for, so that a design has 100,000 of them at most."""


@dataclass(frozen=True, slots=True)
class Group:
    """Where declarations stand. `owner` is the object that bare fields belong to; `objects` are those declared so far.

    `overlay` groups change what is there: an environment, the body of an instance.
    """

    layer: Layer
    namespace: Text | None = None
    owner: Place | None = None
    overlay: bool = False
    objects: list[Draft] = field(default_factory=list)
    module: str = ""
    """The name of the instance whose body this is; its properties are named after it."""


class Groups(Writer):
    """Declares the objects of groups."""

    def __init__(self, diagnostics: Diagnostics, world: World, evaluator: Evaluator, forms: Forms) -> None:
        super().__init__(diagnostics, world.kinds, evaluator, forms)
        self.world = world
        self.collected = Collector(diagnostics, evaluator)
        self.clusters: list[Text] = []
        self._group = Group(Layer("design"))

    def declare(self, group: Group, items: Items, scope: Scope) -> None:
        """Declare what stands in a group."""
        before, self._group = self._group, group
        scope = with_lets([i for i in items if scope.outer is not None], scope)
        for item in items:
            if self.spend(1, item.span):
                self.declaration(group, item, scope)
        self._group = before

    def declaration(self, group: Group, item: n.Item | n.Top, scope: Scope) -> None:
        """Declare one item of a group."""
        match item:
            case n.Block(word, label, items):
                self._group_block(group, item, word, label, items, scope)
            case n.Instance():
                self.instantiate(group, item, scope, None)
            case n.Resource_():
                self._resource(group, item, scope)
            case n.For() | n.If():
                for body, inner in self.courses(item, scope):
                    self.declare(group, body, inner)
            case n.Property() | n.Scenario() | n.Policy() | n.Component():
                self.collected.add(item, scope, group.module)
            case n.Field(path) | n.Remove(path) | n.PathBlock(path) if is_reference(path):
                self.reference(group, item, path, scope)
            case n.Field() | n.LabelField() | n.PathBlock() | n.Remove():
                self._owned(group, item, scope)
            case _:
                pass

    def other(self, place: Place, item: n.Item | n.Top, scope: Scope) -> None:
        """What stands in an object and is no part of it: modules, properties."""
        match item:
            case n.Instance():
                self.instantiate(self._group, item, scope, place)
            case n.Property() | n.Scenario() | n.Policy() | n.Component():
                self.collected.add(item, scope, self._group.module)
            case n.Field(path) | n.Remove(path) | n.PathBlock(path):
                message = f"`{path}` is another object: change it in an `env`, or in the body of an instance"
                self.report(rules.OVERRIDE_TARGET, message, path.span, place)
            case n.Resource_():
                self.report(rules.UNKNOWN_FIELD, "an object cannot stand inside another one", item.span, place)
            case _:
                pass

    def foreign_block(self, place: Place, item: n.Block, scope: Scope) -> bool:
        """A module without arguments, or an object that stands inside another one."""
        if scope.module(item.word.text) is not None and item.label is not None:
            self.instantiate(self._group, _as_instance(item), scope, place)
            return True
        if item.label is not None and self.kinds.by_word(item.word.text) is not None:
            message = f"a `{item.word.text}` cannot stand inside a `{place.name}`"
            self.report(rules.UNKNOWN_FIELD, message, item.word.span, place, "close the block before it")
            return True
        return False

    # blocks

    def _group_block(
        self, group: Group, item: n.Block, word: n.Key, label: n.Label | None, items: Items, scope: Scope
    ) -> None:
        if group.owner is not None and group.overlay and self._belongs(group.owner, item):
            self.fill(group.owner, (item,), scope)
            return
        if scope.module(word.text) is not None:
            self.instantiate(group, _as_instance(item), scope, None)
            return
        match word.text:
            case "namespace" | "ns" if label is not None:
                self._namespace(group, item, label, scope)
            case "cluster":
                self._cluster(group, item, label, scope)
            case _:
                kind = self.kinds.by_word(word.text)
                if kind is not None:
                    self._object(group, kind, word.span, label, items, scope)
                elif group.owner is not None and (label is None or self._belongs(group.owner, item)):
                    self.fill(group.owner, (item,), scope)
                else:
                    self._unknown_word(word, scope)

    def _belongs(self, owner: Place, item: n.Block) -> bool:
        """Whether a block in the body of an instance is part of the module's main object."""
        if any((view.struct, item.word.text) in self.forms for view in owner.views):
            return True
        names = (item.word.text, f"{item.word.text}s")
        return any(self.locate(owner, name)[0] is not None for name in names)

    def _object(
        self, group: Group, kind: KindInfo, word: Span, label: n.Label | None, items: Items, scope: Scope
    ) -> None:
        name = None if label is None else self.label(label, scope)
        if label is not None and name is None:
            return
        draft = self._existing(group, kind, name) if group.overlay else None
        if draft is None:
            if name is None:
                help = f"write `{kind.kind.lower()} NAME {{ ... }}`"
                self.diagnostics.report(rules.TYPE, f"a {kind.kind} needs a name", word, help=help)
                return
            draft = self.new_object(group, kind, name, word.to(name.span) if _follows(word, name.span) else word)
        self.fill(draft.place(group.layer), items, scope)

    def _existing(self, group: Group, kind: KindInfo, name: Text | None) -> Draft | None:
        """The object that an overlay's block means: by its name, or the module's only one of its kind."""
        if name is None:
            own = [d for d in group.objects if d.kind.kind == kind.kind]
            return own[0] if len(own) == 1 else None
        namespace = group.namespace.text if group.namespace is not None else None
        found = self.world.find(kind, name.text, namespace)
        return self.world.draft(found[0]) if len(found) == 1 else None

    def new_object(self, group: Group, kind: KindInfo, name: Text, head: Span) -> Draft:
        """A new object of the design."""
        self.spend(OBJECT_STEPS, head)
        draft = Draft(kind, head, group.layer)
        root = draft.root
        root.open_map(Write(group.layer, head, head))
        for field_name, value in (("apiVersion", kind.api_version), ("kind", kind.kind)):
            root.open(field_name).set(value, Write(GENERATED, head, head, value))
        metadata = root.open("metadata")
        metadata.open("name").set(name.text, Write(group.layer, name.span, head, name.text))
        space = group.namespace
        if space is not None and kind.namespaced:
            metadata.open("namespace").set(space.text, Write(GENERATED, space.span, space.span, space.text))
        self.world.add(draft)
        group.objects.append(draft)
        return draft

    def _resource(self, group: Group, item: n.Resource_, scope: Scope) -> None:
        name = self.label(item.label, scope)
        if name is None:
            return
        kind = self.kinds.by_name(item.api_version, item.kind.text)
        draft = self.new_object(group, kind, name, item.kind.span.to(item.label.span))
        self.fill(draft.place(group.layer), item.items, scope)

    def _namespace(self, group: Group, item: n.Block, label: n.Label, scope: Scope) -> None:
        name = self.label(label, scope)
        kind = self.kinds.by_word("namespace")
        if name is None or kind is None:
            return
        found = self.world.find(kind, name.text)
        owner = self.world.draft(found[0]) if found else None
        given = name.text in BUILT_IN_NAMESPACES or any(attr.name.text == "existing" for attr in item.attrs)
        if owner is None and not given and not group.overlay:
            outside = replace(group, namespace=None)
            owner = self.new_object(outside, kind, name, item.word.span.to(name.span))
        place = owner.place(group.layer) if owner is not None else None
        self.declare(replace(group, namespace=name, owner=place), item.items, scope)

    def _cluster(self, group: Group, item: n.Block, label: n.Label | None, scope: Scope) -> None:
        name = None if label is None else self.label(label, scope)
        if name is not None:
            self.name_cluster(name)
        self.declare(replace(group, owner=None), item.items, scope)

    def name_cluster(self, name: Text) -> None:
        """A cluster is declared: its name is that of the only one."""
        self.clusters.append(name)
        first = self.clusters[0]
        if first.text != name.text:
            related = (Label("the first one", first.span),)
            message = "a design has one cluster, and this is another one"
            self.diagnostics.report(rules.DUPLICATE, message, name.span, related=related)

    def _owned(self, group: Group, item: n.Field | n.LabelField | n.PathBlock | n.Remove, scope: Scope) -> None:
        if group.owner is not None:
            self.fill(group.owner, (item,), scope)
            return
        self.ownerless(group, item, scope)

    def ownerless(self, group: Group, item: n.Field | n.LabelField | n.PathBlock | n.Remove, scope: Scope) -> None:
        """A field where there is no object it could belong to."""
        if isinstance(item, n.Field) and item.path.simple == FIELD and scope.outer is None:
            return
        span = item.word.span if isinstance(item, n.LabelField) else item.path.span
        self.diagnostics.report(
            rules.UNKNOWN_FIELD,
            "a field stands in an object, and here is none",
            span,
            help="open one: `deployment web { }`",
        )

    def reference(self, group: Group, item: n.Field | n.Remove | n.PathBlock, path: n.PathRef, scope: Scope) -> None:
        """A change of an object from outside; only overlays may do that."""
        message = f"`{path}` can be changed in an `env`, or in the body of an instance"
        self.diagnostics.report(rules.OVERRIDE_TARGET, message, path.span)

    @abstractmethod
    def instantiate(self, group: Group, item: n.Instance, scope: Scope, place: Place | None) -> None:
        """Instantiate a module: its body, then the body of the instance."""

    def _unknown_word(self, word: n.Key, scope: Scope) -> None:
        near = self.kinds.nearest(word.text, ("cluster", *scope.modules()))
        help = f"did you mean `{near}`?" if near else "for any other kind write `resource GROUP/VERSION Kind name { }`"
        self.diagnostics.report(
            rules.UNKNOWN_NAME, f"there is no kind and no module `{word.text}`", word.span, help=help
        )


def _as_instance(item: n.Block) -> n.Instance:
    label = item.label or n.Label(item.word, span=item.word.span)
    return n.Instance(item.word, label, (), item.items, item.attrs, span=item.span)


def _follows(word: Span, label: Span) -> bool:
    return word.file == label.file and (word.line, word.column) <= (label.line, label.column)
