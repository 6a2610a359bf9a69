"""From values to what a manifest holds: the field's schema decides what a number, a word or a map means."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from kspec.api.schema import AnySchema, ListSchema, MapSchema, ObjectSchema, Scalar, ScalarSchema, Schema
from kspec.elaborate import rules
from kspec.elaborate.evaluate.values import (
    Broken,
    Extent,
    Fields,
    Flag,
    Listing,
    Nothing,
    Number,
    Test,
    Text,
    Value,
    Word,
    describe,
)
from kspec.elaborate.objects.draft import Place
from kspec.elaborate.objects.flat import item_key
from kspec.elaborate.objects.kinds import Kinds
from kspec.elaborate.objects.layers import Write
from kspec.elaborate.objects.scalars import LABEL_MAPS, Refusal, scalar, untyped
from kspec.elaborate.objects.slots import Leaf, Slot
from kspec.source.diagnostic import Diagnostics, Label, Rule
from kspec.source.text import Span
from kspec.source.tree import Json
from kspec.syntax import nodes as n
from kspec.syntax.nodes.expressions import Operator, Presence

_TEXT = ScalarSchema(type=Scalar.STRING)
VALUE_STEPS = 3
"""What a written value counts for: a manifest costs more than an expression."""
_OPERATORS = {
    Operator.IN: "In",
    Operator.NOT_IN: "NotIn",
    Presence.PRESENT: "Exists",
    Presence.ABSENT: "DoesNotExist",
}


class Coercion(ABC):
    """Puts values into slots as their schema wants them; what does not fit becomes a diagnostic."""

    def __init__(self, diagnostics: Diagnostics, kinds: Kinds) -> None:
        self.diagnostics = diagnostics
        self.kinds = kinds

    @abstractmethod
    def assign(self, place: Place, key: n.Key, value: Value) -> None:
        """Write `key: value` at a place, short forms included."""

    @abstractmethod
    def spend(self, steps: int, span: Span) -> bool:
        """Count work; False once the design has used up what it may."""

    def put(self, place: Place, slot: Slot, schema: Schema, value: Value, key: n.Key) -> None:
        """Write a value of a field called `key` into its slot."""
        if not self.spend(VALUE_STEPS, value.span):
            return
        match value:
            case Broken():
                place.draft.flawed = True
                return
            case Nothing():
                slot.remove(Write(place.layer, value.span, key.span, removed=True))
                return
            case _:
                pass
        match schema:
            case ScalarSchema():
                self._put_scalar(place, slot, schema, value, key)
            case ObjectSchema():
                self._put_struct(place, slot, schema, value, key)
            case MapSchema():
                self._put_map(place, slot, schema, value, key)
            case ListSchema():
                self._put_list(place, slot, schema, value, key)
            case AnySchema():
                self._put_anything(place, slot, value, key)

    def leaf(self, place: Place, slot: Slot, value: Leaf, span: Span, key: Span | None = None) -> None:
        """Set a slot to one value, and say so where the same layer has set it before."""
        shown: Json = value if isinstance(value, str | int | float | bool) else None
        self.clash(slot.set(value, Write(place.layer, span, key, shown)), key or span, place)

    def _put_scalar(self, place: Place, slot: Slot, schema: ScalarSchema, value: Value, key: n.Key) -> None:
        try:
            self.leaf(place, slot, scalar(value, schema, key.text, self.kinds), value.span, key.span)
        except Refusal as refusal:
            self._refused(place, value, key, refusal)

    def _put_struct(self, place: Place, slot: Slot, schema: ObjectSchema, value: Value, key: n.Key) -> None:
        if not isinstance(value, Fields):
            self._wrong_type(place, value, key, f"a map ({schema.short_name})" if schema.name else "a map")
            return
        slot.open_map(Write(place.layer, value.span, key.span))
        if schema.short_name == "LabelSelector" and (value.tests or not _verbatim_selector(value)):
            self._put_selector(place, slot, value)
            return
        self._no_tests(value)
        inner = place.inside(slot, schema)
        for pair in value.pairs:
            self.assign(inner, n.Key(pair.key, span=pair.key_span), pair.value)

    def _put_selector(self, place: Place, slot: Slot, value: Fields) -> None:
        """`{ app: web, tier in [a, b], canary absent }` as matchLabels and matchExpressions."""
        if value.pairs:
            labels = slot.open("matchLabels")
            for pair in value.pairs:
                self._put_text(place, labels, pair.value, n.Key(pair.key, span=pair.key_span), bare_words=True)
        if value.tests:
            self.expressions(place, slot.open("matchExpressions"), value.tests)

    def expressions(self, place: Place, slot: Slot, tests: Sequence[Test]) -> None:
        """Selector tests as items of `matchExpressions`."""
        for test in tests:
            item = slot.append()
            item.writes.append(Write(place.layer, test.span))
            self.leaf(place, item.open("key"), test.key, test.span)
            self.leaf(place, item.open("operator"), _OPERATORS[test.test], test.span)
            if test.values:
                values = item.open("values")
                for value in test.values:
                    if isinstance(value, Text | Word | Number):
                        self.leaf(place, values.append(), value.text, value.span)
                    elif isinstance(value, Broken):
                        place.draft.flawed = True
                    else:
                        self._wrong_type(place, value, n.Key(test.key, span=value.span), "a label's value")

    def _put_map(self, place: Place, slot: Slot, schema: MapSchema, value: Value, key: n.Key) -> None:
        if not isinstance(value, Fields):
            self._wrong_type(place, value, key, "a map")
            return
        self._no_tests(value)
        slot.open_map(Write(place.layer, value.span, key.span))
        for pair in value.pairs:
            self.put_entry(place, slot, schema, n.Key(pair.key, span=pair.key_span), pair.value, key.text)

    def put_entry(self, place: Place, slot: Slot, schema: MapSchema, key: n.Key, value: Value, of: str) -> None:
        """Write one entry of a map of the field `of`."""
        if isinstance(schema.values, ScalarSchema) and schema.values.type is Scalar.STRING:
            self._put_text(place, slot, value, key, bare_words=of in LABEL_MAPS)
        else:
            self.put(place, slot.open(key.text), schema.values, value, key)

    def _put_text(self, place: Place, parent: Slot, value: Value, key: n.Key, *, bare_words: bool) -> None:
        """An entry of a map of texts, where a number is taken as it was written: `version: 1.20` is "1.20"."""
        slot = parent.open(key.text)
        match value:
            case Text(text) | Number(text):
                self.leaf(place, slot, text, value.span, key.span)
            case Word(text) if bare_words:
                self.leaf(place, slot, text, value.span, key.span)
            case Flag(value=truth):
                self.leaf(place, slot, "true" if truth else "false", value.span, key.span)
            case _:
                self.put(place, slot, _TEXT, value, key)

    def _put_list(self, place: Place, slot: Slot, schema: ListSchema, value: Value, key: n.Key) -> None:
        if not isinstance(value, Listing):
            hint = "put it in brackets: `[...]`" if not isinstance(value, Word) else None
            self._wrong_type(place, value, key, "a list", hint)
            return
        self.clash(slot.replace_list(Write(place.layer, value.span, key.span)), key.span, place)
        name = item_key(schema)
        for item in value.items:
            label = item.get(name) if isinstance(item, Fields) and name else None
            self.put(
                place, slot.append(label.text if isinstance(label, Text | Word) else None), schema.items, item, key
            )

    def _put_anything(self, place: Place, slot: Slot, value: Value, key: n.Key) -> None:
        match value:
            case Fields(pairs):
                self._no_tests(value)
                slot.open_map(Write(place.layer, value.span, key.span))
                for pair in pairs:
                    inner = n.Key(pair.key, span=pair.key_span)
                    self.put(place, slot.open(pair.key), AnySchema(), pair.value, inner)
            case Listing(items):
                self.clash(slot.replace_list(Write(place.layer, value.span, key.span)), key.span, place)
                for item in items:
                    self.put(place, slot.append(), AnySchema(), item, key)
            case _:
                try:
                    self.leaf(place, slot, untyped(value, key.text, self.kinds), value.span, key.span)
                except Refusal as refusal:
                    self._refused(place, value, key, refusal)

    # reports

    def report(self, rule: Rule, message: str, span: Span, place: Place, help: str | None = None) -> None:
        """Report a mistake in an object."""
        place.draft.flawed = True
        self.diagnostics.report(rule, message, span, help=help, object=str(place.draft.ref))

    def _refused(self, place: Place, value: Value, key: n.Key, refusal: Refusal) -> None:
        place.draft.flawed = True
        related = (Label("written here", value.declared),) if value.declared else ()
        message = refusal.message.replace("{field}", f"`{key.text}`")
        self.diagnostics.report(
            refusal.rule, message, value.span, help=refusal.help, object=str(place.draft.ref), related=related
        )

    def _wrong_type(self, place: Place, value: Value, key: n.Key, wanted: str, help: str | None = None) -> None:
        if isinstance(value, Extent) and key.text == "replicas":
            help = "a range of replicas belongs to an `hpa`"
        refusal = Refusal(rules.TYPE, f"{{field}} takes {wanted}, not {describe(value)}", help)
        self._refused(place, value, key, refusal)

    def _no_tests(self, value: Fields) -> None:
        for test in value.tests:
            message = f"`{test.key} ...` is a test of a selector, and this is no selector"
            self.diagnostics.report(rules.TYPE, message, test.span, help="write `key: value`")

    def clash(self, before: Write | None, span: Span, place: Place) -> None:
        if before is None:
            return
        first = before.key or before.span
        if first == span:
            message = "this sets one path twice"
            self.report(
                rules.CONFLICT, message, span, place, "a loop or a module writes it again: make the path differ"
            )
            return
        message = "this is set twice, and nothing says which counts"
        related = (Label("set here before", first),)
        self.diagnostics.report(rules.CONFLICT, message, span, object=str(place.draft.ref), related=related)


def _verbatim_selector(value: Fields) -> bool:
    return all(p.key in ("matchLabels", "matchExpressions") for p in value.pairs)
