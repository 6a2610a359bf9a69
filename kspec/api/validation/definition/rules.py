"""The rules of `x-kubernetes-validations` in a definition: that they say what they must, and that they compile.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go and
pkg/apiserver/schema/cel/compilation.go (v1.36).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from kspec.api.cause import Cause, FieldPath, Rendered, go_json, invalid, not_supported, required
from kspec.api.cel.compile import Compiled, compiled
from kspec.api.cel.paths import find
from kspec.api.cel.schema import declared
from kspec.api.cel.types import DYN, OptionalOf, Type
from kspec.api.fields import flag, maybe, maybe_text, number, objects, text
from kspec.api.schema.crd import read_root, read_schema
from kspec.api.schema.types import Schema
from kspec.api.validation.definition.expense import Expense
from kspec.api.validation.definition.structural import children_of, fields_of
from kspec.source.tree import Object

_REASONS = ("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired")
_BREAK = re.compile(r"[\n\r]")
_LIST = "x-kubernetes-validations"


def check_rules_apart(at: FieldPath, schema: Object) -> Iterator[Cause]:
    """What of the rules of one level can be told without compiling them."""
    for i, rule in enumerate(objects(schema, _LIST)):
        here, path = (at / _LIST).item(i), text(rule, "fieldPath")
        source, message, shown = (text(rule, n) for n in ("rule", "message", "messageExpression"))
        if not source.strip():
            yield required(here / "rule", "rule is not specified")
        elif message and not message.strip():
            yield invalid(here / "message", message, "must be non-empty if specified")
        elif _BREAK.search(message.strip()):
            yield invalid(here / "message", message, "must not contain line breaks")
        elif _BREAK.search(source.strip()) and not message.strip():
            yield required(here / "message", "message must be specified if rule contains line breaks")
        if shown and not shown.strip():
            yield required(here / "messageExpression", "messageExpression must be non-empty if specified")
        reason = maybe_text(rule, "reason")
        if reason is not None and reason not in _REASONS:
            yield not_supported(here / "reason", reason, _REASONS)
        if path and not path.strip():
            yield invalid(here / "fieldPath", path, "must be non-empty if specified")
        if _BREAK.search(path):
            yield invalid(here / "fieldPath", path, "must not contain line breaks")
        if path and not _leads_somewhere(path, schema):
            yield invalid(here / "fieldPath", path, "must be a valid path")


def _leads_somewhere(path: str, schema: Object) -> bool:
    try:
        find(path, schema)
    except ValueError:
        return False
    return True


def check_rules(at: FieldPath, schema: Object) -> Iterator[Cause]:
    """Whether the rules of a whole schema compile, and are not too expensive. It must be a sound one."""
    if _has_rules(schema):
        expense = Expense()
        yield from _level(_Place(at, 1), schema, read_root(schema), expense)
        yield from expense.together(at)


def _has_rules(schema: Object) -> bool:
    below = [field for _, field in fields_of(schema)]
    below += [part for name in ("items", "additionalProperties") if (part := maybe(schema, name)) is not None]
    return bool(objects(schema, _LIST)) or any(map(_has_rules, below))


@dataclass(frozen=True, slots=True)
class _Place:
    """A level of a schema: how often a value of it can occur (None: as often as a request has room for), and the list
    around it whose items have no counterparts in what was before."""

    at: FieldPath
    often: int | None
    uncorrelated: FieldPath | None = None

    def field(self, name: str) -> _Place:
        return replace(self, at=(self.at / "properties").key(name))

    def each(self, part: str, most: int | None, uncorrelated: FieldPath | None = None) -> _Place:
        """The items of a list or the values of a map, of which there are so many at most."""
        often = None if self.often is None or most is None else self.often * max(0, most)
        return _Place(self.at / part, often, self.uncorrelated or uncorrelated)


def _level(place: _Place, schema: Object, read: Schema, expense: Expense) -> Iterator[Cause]:
    """The rules of one level and those below."""
    rules = objects(schema, _LIST)
    own = declared(read) if rules else None
    for i, rule in enumerate(rules if own is not None else ()):
        yield from _rule(place, i, rule, own or DYN, read, expense)
    for name, field in children_of(schema, "properties"):
        yield from _level(place.field(name), field, read_schema(field), expense)
    items, values = maybe(schema, "items"), maybe(schema, "additionalProperties")
    if items is not None:
        lost = place.at if maybe_text(schema, "x-kubernetes-list-type") != "map" else None
        inner = place.each("items", number(schema, "maxItems"), lost)
        yield from _level(inner, items, read_schema(items), expense)
    if values is not None:
        inner = place.each("additionalProperties", number(schema, "maxProperties"))
        yield from _level(inner, values, read_schema(values), expense)


def _rule(place: _Place, i: int, rule: Object, own: Type, read: Schema, expense: Expense) -> Iterator[Cause]:
    at, uncorrelated = (place.at / _LIST).item(i), place.uncorrelated
    optional = flag(rule, "optionalOldSelf")
    names: dict[str, Type] = {"self": own, "oldSelf": OptionalOf(own) if optional else own}
    found = _expression(text(rule, "rule"), names, "bool", "", "cel expression must evaluate to a bool")
    if isinstance(found, str):
        yield invalid(at / "rule", _shown(rule), found)
        return
    yield from expense.rule(at, found.node, read, place.often)
    message = text(rule, "messageExpression")
    if message.strip():
        told = _expression(
            message, names, "string", "messageExpression ", "messageExpression must evaluate to a string"
        )
        if isinstance(told, str):
            yield invalid(at / "messageExpression", _shown(rule), told)
        else:
            yield from expense.message(at, told.node, read, place.often)
    if "oldSelf" in found.used:
        if uncorrelated is not None:
            words = f"oldSelf cannot be used on the uncorrelatable portion of the schema within {uncorrelated}"
            yield invalid(at / "rule", text(rule, "rule"), words)
    elif optional is not None:
        yield invalid(at / "optionalOldSelf", optional, "may not be set if oldSelf is not used in rule")


def _expression(source: str, names: Mapping[str, Type], gives: str, what: str, other: str) -> Compiled | str:
    """An expression, or why it is refused; `other` where it gives something else than it must."""
    found = compiled(source, names)
    if isinstance(found, str):
        return f"{what}compilation failed: {found}"
    return found if found.type in (gives, DYN) else other


def _shown(rule: Object) -> Rendered:
    """A rule as upstream's internal type prints."""
    fields: Object = {
        "Rule": text(rule, "rule"),
        "Message": text(rule, "message"),
        "MessageExpression": text(rule, "messageExpression"),
        "Reason": maybe_text(rule, "reason"),
        "FieldPath": text(rule, "fieldPath"),
        "OptionalOldSelf": flag(rule, "optionalOldSelf"),
    }
    return Rendered(go_json(fields, sort_keys=False))
