"""Overlays: `env dev { hpa/web.replicas: 1..2  remove pdb/web }` changes objects that are there already."""

from __future__ import annotations

from collections.abc import Sequence

from kspec.elaborate import rules
from kspec.elaborate.evaluate.scope import Scope
from kspec.elaborate.evaluate.values import Fields
from kspec.elaborate.groups import Group
from kspec.elaborate.modules import Modules
from kspec.elaborate.objects.draft import Draft
from kspec.elaborate.objects.kinds import KindInfo
from kspec.elaborate.objects.layers import Layer, Write
from kspec.elaborate.objects.slots import Slot
from kspec.elaborate.suggest import did_you_mean, listing
from kspec.elaborate.world import Entity
from kspec.source.text import Span
from kspec.syntax import nodes as n


class Overlays(Modules):
    """Adds to groups what an overlay may do: change and remove objects from outside."""

    parameters: frozenset[str] = frozenset()
    """The parameters of the design; the environment's values for them are in force already."""

    def reference(self, group: Group, item: n.Field | n.Remove | n.PathBlock, path: n.PathRef, scope: Scope) -> None:
        """Change an object from outside: `hpa/web.replicas: 1..2`, `remove pdb/web`."""
        if not group.overlay:
            super().reference(group, item, path, scope)
            return
        first, *more = path.parts
        assert isinstance(first, n.Key)
        found = self._object_at(group, first)
        if found is None:
            return
        draft, rest = found
        parts = [*rest, *more]
        place = draft.place(group.layer)
        match item:
            case n.Remove() if not parts:
                self._remove_object(draft, group.layer, path.span)
            case n.Remove():
                self.remove(place, parts, scope)
            case n.PathBlock(_, items):
                inner = self.descend(place, parts, scope)
                if inner is not None:
                    self.fill(inner, items, scope)
            case n.Field(_, value) if parts:
                self.field(place, parts, self.evaluator.evaluate(value, scope), scope)
            case n.Field(_, value) if isinstance(fields := self.evaluator.evaluate(value, scope), Fields):
                for pair in fields.pairs:
                    self.assign(place, n.Key(pair.key, span=pair.key_span), pair.value)
            case n.Field():
                help = f"name a field: `{first.text}.FIELD: ...`"
                self.diagnostics.report(rules.TYPE, "an object takes no value", item.span, help=help)

    def ownerless(self, group: Group, item: n.Field | n.LabelField | n.PathBlock | n.Remove, scope: Scope) -> None:
        """A plain name in an overlay is a parameter, which has got its value already."""
        if not group.overlay:
            super().ownerless(group, item, scope)
            return
        key = item.word if isinstance(item, n.LabelField) else item.path.parts[0]
        if not isinstance(key, n.Key) or (isinstance(item, n.Field) and item.path.simple in self.parameters):
            return
        message = f"`{key.text}` is neither a parameter nor an object of this design"
        help = did_you_mean(key.text, self.parameters) or f"an object is named with its kind: `deployment/{key.text}`"
        self.diagnostics.report(rules.OVERRIDE_TARGET, message, key.span, help=help)

    def _object_at(self, group: Group, key: n.Key) -> tuple[Draft, list[n.Key]] | None:
        """The object that `kind/name.path` names, and the path inside it."""
        word, _, rest = key.text.partition("/")
        kind = self.kinds.by_word(word)
        if kind is None:
            near = self.kinds.nearest(word)
            help = f"did you mean `{near}/{rest}`?" if near else None
            self.diagnostics.report(rules.UNKNOWN_NAME, f"there is no kind `{word}`", key.span, help=help)
            return None
        names = rest.split(".")
        for size in range(len(names), 0, -1):
            found = self._entities(group, kind, ".".join(names[:size]))
            if len(found) == 1:
                return self.world.draft(found[0]), _keys(key, names, size)
            if found:
                spaces = listing(sorted(e.namespace or "default" for e in found))
                message = f"`{word}/{'.'.join(names[:size])}` is in several namespaces: {spaces}"
                help = "say which: `namespace NAME { ... }` around the change"
                self.diagnostics.report(rules.UNKNOWN_NAME, message, key.span, help=help)
                return None
        known = {f"{word}/{name}" for name in self.world.names(kind)}
        wanted = f"{word}/{names[0]}"
        help_text = did_you_mean(wanted, known) or (f"there is {listing(sorted(known))}" if known else None)
        message = f"there is no `{wanted}` to change"
        self.diagnostics.report(rules.OVERRIDE_TARGET, message, key.span, help=help_text)
        return None

    def _entities(self, group: Group, kind: KindInfo, name: str) -> list[Entity]:
        namespace = group.namespace.text if group.namespace is not None else None
        found = self.world.find(kind, name, namespace)
        return [e for e in found if not (isinstance(e, Draft) and e.root.removed)]

    def _remove_object(self, draft: Draft, layer: Layer, span: Span) -> None:
        changed = _written_by(draft.root, layer)
        if changed is not None:
            self.evaluator.conflict("this removes an object that the same overlay changes", span, changed)
        draft.root.remove(Write(layer, span, span, removed=True))


def _keys(key: n.Key, names: Sequence[str], skip: int) -> list[n.Key]:
    """The parts of `kind/name.a.b` behind the name, each with its own place in the text."""
    out: list[n.Key] = []
    column = key.span.column + key.text.index("/") + 1
    for index, name in enumerate(names):
        if index >= skip:
            line = key.span.line
            out.append(n.Key(name, span=Span(key.span.file, line, column, line, column + len(name))))
        column += len(name) + 1
    return out


def _written_by(slot: Slot, layer: Layer) -> Span | None:
    """Where a layer has written into a tree."""
    for write in slot.writes:
        if write.layer is layer:
            return write.key or write.span
    for inner in [*(slot.fields or {}).values(), *(slot.items or ())]:
        found = _written_by(inner, layer)
        if found is not None:
            return found
    return None
