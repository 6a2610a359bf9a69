"""Writes the items of a block into an object: fields, nested blocks, short forms, paths, loops and conditions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from kspec.api.schema import AnySchema, ListSchema, MapSchema, ObjectSchema, ScalarSchema
from kspec.elaborate import rules
from kspec.elaborate.evaluate.scope import Binding, Scope
from kspec.elaborate.evaluate.values import Broken, Fields, Number, Text, Value, Word
from kspec.elaborate.objects.draft import Place
from kspec.elaborate.objects.flat import field_of, item_key, named_item
from kspec.elaborate.objects.forms import Entry
from kspec.elaborate.objects.hints import unknown_field
from kspec.elaborate.objects.layers import Write
from kspec.elaborate.objects.order import Items, in_order
from kspec.elaborate.objects.paths import Paths, is_reference
from kspec.elaborate.objects.slots import Slot
from kspec.syntax import nodes as n


class Writer(Paths):
    """Writes into places of objects."""

    @abstractmethod
    def other(self, place: Place, item: n.Item | n.Top, scope: Scope) -> None:
        """Handle an item that is no part of an object."""

    # blocks

    def fill(self, place: Place, items: Items, scope: Scope) -> None:
        """Write the items of a block."""
        scope = with_lets(items, scope)
        for item in in_order(items):
            match item:
                case n.Field(path, value) if not is_reference(path):
                    self.field(place, path.parts, self.evaluator.evaluate(value, scope), scope)
                case n.LabelField(word, label, value):
                    self._labelled(place, word, label, self.evaluator.evaluate(value, scope), item, scope)
                case n.Block(word, label, inner):
                    self._block(place, word, label, inner, item, scope)
                case n.PathBlock(path, inner) if not is_reference(path):
                    found = self.descend(place, path.parts, scope)
                    if found is not None:
                        self.fill(found, inner, scope)
                case n.For() | n.If():
                    for body, inner_scope in self.courses(item, scope):
                        self.fill(place, body, inner_scope)
                case n.Remove(path) if not is_reference(path):
                    self.remove(place, path.parts, scope)
                case n.Let():
                    pass
                case _:
                    self.other(place, item, scope)

    def courses(self, item: n.For | n.If, scope: Scope) -> list[tuple[Items, Scope]]:
        """What a loop or a condition comes to: bodies, each with its scope."""
        if isinstance(item, n.If):
            truth = self.evaluator.truth(item.condition, scope)
            return [] if truth is None else [(item.then if truth else item.orelse, scope)]
        values = self.evaluator.items(item.source, scope) or ()
        variable = item.variable
        return [(item.body, scope.bind(variable.text, value, variable.span)) for value in values]

    def body(self, place: Place, entry: Entry) -> None:
        """Write what an entry says into the place it has opened."""
        if entry.items is not None and entry.scope is not None:
            self.fill(place, entry.items, entry.scope)
        elif isinstance(entry.value, Fields):
            for pair in entry.value.pairs:
                self.assign(place, n.Key(pair.key, span=pair.key_span), pair.value)

    def label(self, label: n.Label, scope: Scope) -> Text | None:
        """The text of a label: a local name's value, a string, or the word itself. None where it is broken."""
        if isinstance(label.value, n.Key):
            binding = scope.local(label.value.text)
            if binding is None:
                return Text(label.value.text, span=label.span)
            value = self.evaluator.meaning(binding, label.span)
        else:
            value = self.evaluator.evaluate(label.value, scope)
        match value:
            case Text() | Broken():
                return value if isinstance(value, Text) else None
            case Number(text) | Word(text):
                return Text(text, span=label.span)
            case _:
                self.diagnostics.report(rules.TYPE, "a name is a text", label.span)
                return None

    # single items

    def assign(self, place: Place, key: n.Key, value: Value) -> None:
        """Write `key: value` at a place, short forms included."""
        if self._is_flawed(place, value) or self._has_hole(place, key):
            return
        entry = Entry(key, key.span, value=value, flat=place.whole)
        if self._short(place, entry):
            return
        if isinstance(place.schema, ListSchema):
            found = self._item(place, key)
            if found is not None:
                self.put(found, found.slot, found.schema, value, key)
            return
        if isinstance(place.schema, MapSchema):
            self.put_entry(place, place.slot, place.schema, key, value, place.field)
            return
        view, schema = self.locate(place, key.text)
        if view is not None and schema is not None:
            slot = place.slot.open_path(view.path).open(key.text)
            self.put(place, slot, schema, value, key)
            return
        item = named_item(place.slot, place.views, key.text)
        if item is not None:
            self.put(place, *item, value, key)
        else:
            unknown_field(self, place, key)

    def _is_flawed(self, place: Place, value: Value) -> bool:
        """Whether a value is broken, so that nothing can be written and nothing that is missing is news."""
        place.draft.flawed |= isinstance(value, Broken)
        return isinstance(value, Broken)

    def _has_hole(self, place: Place, key: n.Key) -> bool:
        """Report a quoted key with `${...}`: it would be taken as it stands."""
        if not key.quoted or "${" not in key.text:
            return False
        help = 'a name in front of the colon may: `env "NUMBER_${i}": i`'
        self.report(rules.TYPE, "a quoted key does not insert values", key.span, place, help)
        return True

    def field(self, place: Place, parts: Sequence[n.Key | n.Expr], value: Value, scope: Scope) -> None:
        """Write `path: value`."""
        *parents, last = parts
        found = self.descend(place, parents, scope)
        key = self.key(last, scope)
        if found is not None and key is not None:
            self.assign(found, key, value)

    def _labelled(
        self, place: Place, word: n.Key, label: n.Label, value: Value, item: n.LabelField, scope: Scope
    ) -> None:
        name = self.label(label, scope)
        if name is None or self._is_flawed(place, value):
            return
        entry = Entry(word, item.span, name, value, scope=scope, flat=place.whole)
        if self._short(place, entry):
            return
        found = self.keyed_item(place, entry)
        if found is not None:
            self.put(found, found.slot, found.schema, value, word)
        else:
            unknown_field(self, place, word, labelled=True)

    def _block(
        self, place: Place, word: n.Key, label: n.Label | None, items: Items, item: n.Block, scope: Scope
    ) -> None:
        name = None if label is None else self.label(label, scope)
        if label is not None and name is None:
            return
        entry = Entry(word, item.span, name, items=tuple(items), scope=scope, flat=place.whole)
        if self._short(place, entry):
            return
        found = self.keyed_item(place, entry) if name is not None else self._struct(place, entry)
        if found is not None:
            self.fill(found, items, scope)
        elif not self.foreign_block(place, item, scope):
            unknown_field(self, place, word, labelled=name is not None)

    def foreign_block(self, place: Place, item: n.Block, scope: Scope) -> bool:
        """Handle a block that is no part of the object; False where nobody knows it."""
        return False

    def _short(self, place: Place, entry: Entry) -> bool:
        """Let the short form of the word write the entry, if there is one."""
        for view in place.views:
            struct, word = view.struct, entry.word.text
            form = self.forms.get((struct, word))
            if form is None and field_of(view.schema, word) is None:
                form = self.forms.get((struct, "*"))
            if form is not None and form(self, place.at(view), entry):
                return True
        return False

    def _struct(self, place: Place, entry: Entry) -> Place | None:
        """The place of a nested object that a block opens; a block of a list's name is one more item."""
        word = entry.word
        if isinstance(place.schema, ListSchema):
            return self._item(place, word)
        view, schema = self.locate(place, word.text)
        if view is None or schema is None:
            item = named_item(place.slot, place.views, word.text)
            return None if item is None else place.inside(*item)
        slot = place.slot.open_path(view.path).open(word.text)
        write = Write(place.layer, word.span, word.span)
        match schema:
            case ListSchema():
                slot = slot.append()
                slot.open_map(write)
                return place.inside(slot, schema.items)
            case ScalarSchema():
                self.report(rules.TYPE, f"`{word.text}` takes a value: `{word.text}: ...`", word.span, place)
                return place.inside(Slot(), AnySchema())
            case _:
                slot.open_map(write)
                return place.inside(slot, schema, word.text)

    def keyed_item(self, place: Place, entry: Entry) -> Place | None:
        """The item of a keyed list that `container app` opens or adds, or the entry of a map of structs."""
        assert entry.label is not None
        word, label = entry.word.text, entry.label
        for name in (word, f"{word}s", f"{word}es"):
            view, schema = self.locate(place, name)
            if view is None:
                continue
            slot = place.slot.open_path(view.path).open(name)
            if isinstance(schema, ListSchema) and (key := item_key(schema)) is not None:
                return self.open_item(place, slot, schema, key, entry)
            if isinstance(schema, MapSchema) and isinstance(schema.values, ObjectSchema):
                inner = slot.open(label.text)
                inner.open_map(Write(place.layer, entry.head, label.span))
                return place.inside(inner, schema.values)
        return None

    def open_item(self, place: Place, slot: Slot, schema: ListSchema, key: str, entry: Entry) -> Place:
        """The item whose `key` is the entry's label; added where the list has none."""
        assert entry.label is not None
        label = entry.label
        item = slot.item(label.text, key)
        write = Write(place.layer, entry.head, entry.word.span)
        if item is not None and (before := item.clash(place.layer)) is not None:
            self.clash(before, entry.head, place)
            item = Slot()  # what the second one says counts for nothing, and is no news
        elif item is not None:
            item.writes.append(write)
        else:
            item = slot.append(label.text)
            item.open_map(write)
            item.open(key).set(label.text, Write(place.layer, label.span, label.span, label.text))
        return place.inside(item, schema.items, entry.word.text)


def with_lets(items: Items, scope: Scope) -> Scope:
    """The scope inside a block: its `let`s are known in all of it."""
    lets = [i for i in items if isinstance(i, n.Let)]
    if not lets:
        return scope
    inner = Scope(scope)
    for let in lets:
        inner.names[let.name.text] = Binding(let.name.text, let.name.span, "let", expr=let.value, scope=inner)
    return inner
