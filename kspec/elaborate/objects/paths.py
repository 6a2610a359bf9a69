"""Paths into an object: `app.image`, `spec.template.spec.containers["app"].env`, `remove strategy`."""

from __future__ import annotations

from collections.abc import Sequence

from kspec.api.schema import ListSchema, Schema
from kspec.elaborate import rules
from kspec.elaborate.evaluate import Evaluator
from kspec.elaborate.evaluate.scope import Scope
from kspec.elaborate.evaluate.values import Broken, Number, Text, Word
from kspec.elaborate.objects.coerce import Coercion
from kspec.elaborate.objects.draft import Place
from kspec.elaborate.objects.flat import View, field_of, item_key, named_item
from kspec.elaborate.objects.forms import Forms
from kspec.elaborate.objects.hints import unknown_field
from kspec.elaborate.objects.kinds import Kinds
from kspec.elaborate.objects.layers import Write
from kspec.elaborate.objects.slots import Slot
from kspec.elaborate.suggest import did_you_mean
from kspec.source.diagnostic import Diagnostics
from kspec.source.text import Span
from kspec.syntax import nodes as n


class Paths(Coercion):
    """Finds places inside objects. Structs are opened on the way; items of lists must be there already."""

    def __init__(self, diagnostics: Diagnostics, kinds: Kinds, evaluator: Evaluator, forms: Forms) -> None:
        super().__init__(diagnostics, kinds)
        self.evaluator = evaluator
        self.forms = forms

    def spend(self, steps: int, span: Span) -> bool:
        """Count work; False once the design has used up what it may."""
        return self.evaluator.spend(steps, span)

    def locate(self, place: Place, name: str) -> tuple[View | None, Schema | None]:
        """The view that has a field, and the field's schema."""
        for view in place.views:
            schema = field_of(view.schema, name)
            if schema is not None:
                return view, schema
        return None, None

    def key(self, part: n.Key | n.Expr, scope: Scope) -> n.Key | None:
        """A part of a path as a key: `app`, `["app"]`, `[0]`."""
        if isinstance(part, n.Key):
            return part
        value = self.evaluator.evaluate(part, scope)
        match value:
            case Text(text) | Number(text) | Word(text):
                return n.Key(text, span=value.span)
            case _:
                if not isinstance(value, Broken):
                    self.diagnostics.report(rules.TYPE, "a path goes on with a name or a number", value.span)
                return None

    def descend(self, place: Place, parts: Sequence[n.Key | n.Expr], scope: Scope) -> Place | None:
        """The place at a path; objects are opened on the way, items of lists must be there."""
        for part in parts:
            key = self.key(part, scope)
            if key is None:
                return None
            found = self._step(place, key)
            if found is None:
                return None
            place = found
        return place

    def _step(self, place: Place, key: n.Key) -> Place | None:
        if isinstance(place.schema, ListSchema):
            return self._item(place, key)
        view, schema = self.locate(place, key.text)
        if view is not None and schema is not None:
            return place.inside(place.slot.open_path(view.path).open(key.text), schema, key.text)
        item = named_item(place.slot, place.views, key.text)
        if item is None:
            unknown_field(self, place, key)
            return None
        return place.inside(*item)

    def _item(self, place: Place, key: n.Key) -> Place | None:
        """The item of the list at this place, by its name or number."""
        schema = place.schema
        assert isinstance(schema, ListSchema)
        live = list(place.slot.live_items())
        name = item_key(schema)
        found = place.slot.item(key.text, name)
        if found is None and key.text.isdigit() and len(key.text) < 10 and int(key.text) < len(live):
            found = live[int(key.text)]
        if found is None:
            names = [s.text(name) for s in live] if name else [str(i) for i in range(len(live))]
            message = f"`{place.field}` has no item `{key.text}`"
            self.report(rules.OVERRIDE_TARGET, message, key.span, place, did_you_mean(key.text, names))
            return None
        return place.inside(found, schema.items, place.field)

    def remove(self, place: Place, parts: Sequence[n.Key | n.Expr], scope: Scope) -> None:
        """Take away what is at a path, which must be there."""
        *parents, last = parts
        found, key = self.descend(place, parents, scope), self.key(last, scope)
        if found is None or key is None:
            return
        slot = self._present(found, key)
        if slot is None:
            if isinstance(found.schema, ListSchema) or self.locate(found, key.text)[0] is not None:
                message = f"there is no `{key.text}` to remove"
                self.report(rules.OVERRIDE_TARGET, message, key.span, found)
            elif any((view.struct, key.text) in self.forms for view in found.views):
                message, help = f"`{key.text}` is short for other fields", "remove those: `kspec expand` shows them"
                self.report(rules.OVERRIDE_TARGET, message, key.span, found, help)
            else:
                unknown_field(self, found, key)
            return
        slot.remove(Write(place.layer, key.span, key.span, removed=True))

    def _present(self, place: Place, key: n.Key) -> Slot | None:
        if isinstance(place.schema, ListSchema):
            item = self._item(place, key)
            return None if item is None else item.slot
        view, _ = self.locate(place, key.text)
        if view is None:
            named = named_item(place.slot, place.views, key.text)
            return None if named is None else named[0]
        slot = place.slot.at(*view.path, key.text)
        return slot if slot is not None and slot.present else None


def is_reference(path: n.PathRef) -> bool:
    """Whether a path starts at another object: `hpa/web.replicas`."""
    first = path.parts[0]
    if not isinstance(first, n.Key) or first.quoted:
        return False
    kind, slash, _ = first.text.partition("/")
    return bool(slash) and kind.isalpha()
