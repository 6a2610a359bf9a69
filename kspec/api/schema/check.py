"""Whether an object has the shape of its kind, as the API server decodes it.

Null is absent. Keys are visited in sorted order, as Go meets them in the JSON that is made of YAML.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import assert_never

from kspec.api.schema.catalogue import Catalogue
from kspec.api.schema.constraints import violations
from kspec.api.schema.hints import close_match, field_help
from kspec.api.schema.history import field_history
from kspec.api.schema.problems import Breach, Keyword, Problem, ProblemKind, Stage
from kspec.api.schema.rules import API_NOT_YET, CRD_SCHEMA, ENUM, LIST_KEYS, REQUIRED, TYPE, UNKNOWN_FIELD
from kspec.api.schema.scalars import misfit
from kspec.api.schema.types import (
    AnySchema,
    ListSchema,
    ListType,
    MapSchema,
    ObjectSchema,
    Scalar,
    ScalarSchema,
    Schema,
)
from kspec.domain.objects import Resource
from kspec.source.placeholders import PLACEHOLDER
from kspec.source.rules import UNRENDERED_TEMPLATE
from kspec.source.tree import Json, Path, dotted

_DEFAULT_KEYS: dict[str, Json] = {"protocol": "TCP"}
"""The keys of keyed lists that have a default, by which items without them are told apart all the same."""


_JSON_TYPES = {
    Scalar.BOOLEAN: "boolean",
    Scalar.INTEGER: "integer",
    Scalar.NUMBER: "number",
    Scalar.INT_OR_STRING: "integer,string",
}


def check(resource: Resource, catalogue: Catalogue, *, strict: bool = True) -> list[Problem]:
    """What is wrong with the shape of a resource; nothing for a kind the catalogue does not have.

    Without `strict`, unknown fields are no problem: the API server drops them.
    """
    schema = catalogue.lookup(resource.api_version, resource.kind)
    if schema is None:
        return []
    walk = _Walk(schema, catalogue, strict, catalogue.is_custom(resource.api_version, resource.kind))
    walk.value(resource.manifest, schema, ())
    return walk.problems


def check_value(value: Json, schema: Schema, catalogue: Catalogue) -> list[Problem]:
    """What is wrong with a part of a custom resource; unknown fields are no problem."""
    walk = _Walk(ObjectSchema(), catalogue, strict=False, custom=True)
    walk.value(value, schema, ())
    return walk.problems


class _Walk:
    def __init__(self, root: ObjectSchema, catalogue: Catalogue, strict: bool, custom: bool) -> None:
        self.problems: list[Problem] = []
        self._root = root
        self._catalogue = catalogue
        self._strict = strict
        self._custom = custom

    def value(self, value: Json, schema: Schema, path: Path) -> None:
        if value is None:
            return
        match schema:
            case ObjectSchema():
                if isinstance(value, dict):
                    self.object(value, schema, path)
                else:
                    wanted = f"a mapping ({schema.short_name})" if schema.name else "a mapping"
                    self._wrong_type(value, wanted, "object", path)
            case ListSchema():
                if isinstance(value, list):
                    self._list(value, schema, path)
                else:
                    self._wrong_type(value, "a list", "array", path, _list_help(value))
            case MapSchema():
                if isinstance(value, dict):
                    for key in sorted(value):
                        self.value(value[key], schema.values, (*path, key))
                else:
                    self._wrong_type(value, "a mapping", "object", path)
            case ScalarSchema():
                self._scalar(value, schema, path)
            case AnySchema():
                if schema.objects_only and not isinstance(value, dict):
                    self._wrong_type(value, "a mapping", "object", path)
            case _:
                assert_never(schema)
        if self._custom:
            self._constraints(value, schema, path)

    def object(self, value: dict[str, Json], schema: ObjectSchema, path: Path) -> None:
        """An object's fields, the missing ones and those it should not have."""
        fields = schema.fields
        for name in sorted(value):
            if name in fields:
                self.value(value[name], fields[name], (*path, name))
            elif self._strict and not schema.preserves_unknown:
                self._unknown(name, schema, path, value[name])
        if "status" in path[:1]:
            return
        for name in sorted(schema.required):
            if value.get(name) is None:
                self._missing(name, schema, path)

    def _list(self, value: list[Json], schema: ListSchema, path: Path) -> None:
        items = schema.items
        for index, item in enumerate(value):
            self.value(item, items, (*path, index))
        if schema.list_type is ListType.MAP and schema.keys and len(value) > 1 and "status" not in path[:1]:
            self._repeated_items(value, schema.keys, path)

    def _repeated_items(self, value: list[Json], keys: tuple[str, ...], path: Path) -> None:
        seen: dict[str, int] = {}
        for index, item in enumerate(value):
            if not isinstance(item, dict) or item.get(keys[0]) is None:
                continue
            own = {key: item.get(key) if item.get(key) is not None else _DEFAULT_KEYS.get(key) for key in keys}
            first = seen.setdefault(json.dumps(own, sort_keys=True), index)
            if first != index:
                told = ", ".join(f"{key} {json.dumps(v)}" for key, v in own.items() if v is not None)
                message = f"item {index} of `{dotted(path)}` has the same key as item {first}: {told}"
                self._add(
                    Problem(LIST_KEYS, ProblemKind.DUPLICATE_ITEM, Stage.APPLY, (*path, index), message, value=item)
                )

    def _scalar(self, value: Json, schema: ScalarSchema, path: Path) -> None:
        wrong = misfit(value, schema)
        if wrong is not None:
            if isinstance(value, str) and PLACEHOLDER.search(value):
                message = f"`{value}` in `{dotted(path)}` is left over from a template; the field wants {wrong.wanted}"
                self._decode(Problem(UNRENDERED_TEMPLATE, wrong.kind, Stage.DECODE, path, message, value=value))
                return
            message = f"`{dotted(path)}` wants {wrong.wanted}, not {_shown(value)}"
            stage, breach = Stage.DECODE, Breach(Keyword.TYPE, _JSON_TYPES.get(schema.type, "string"))
            self._decode(Problem(wrong.rule, wrong.kind, stage, path, message, wrong.help, value, breach=breach))
        elif schema.enum and value not in schema.enum and value != "" and "status" not in path[:1]:
            self._not_allowed(value, schema.enum, path)

    def _not_allowed(self, value: Json, allowed: tuple[Json, ...], path: Path) -> None:
        words = [a for a in allowed if isinstance(a, str)]
        close = close_match(value, words) if isinstance(value, str) else None
        help = f"did you mean `{close}`?" if close else f"one of {_listed(allowed)}"
        message = f"`{dotted(path)}` cannot be {_brief(value)}"
        kind, breach = ProblemKind.NOT_IN_ENUM, Breach(Keyword.ENUM, list(allowed))
        self._add(Problem(ENUM, kind, Stage.VALIDATE, path, message, help, value, breach=breach))

    def _unknown(self, name: str, schema: ObjectSchema, path: Path, value: Json) -> None:
        message = f"{self._place(path)} has no field `{name}`"
        rule, help = UNKNOWN_FIELD, None
        history = field_history(schema.name, name, self._catalogue.version) if schema.name else None
        if history is not None:
            rule = API_NOT_YET if history.added else UNKNOWN_FIELD
            message = f"{message} in Kubernetes {self._catalogue.version}: {history}"
        else:
            help = field_help(name, schema, self._root, path)
        kind, stage = ProblemKind.UNKNOWN_FIELD, Stage.STRICT
        self._add(Problem(rule, kind, stage, (*path, name), message, help, value, at_key=True))

    def _missing(self, name: str, schema: ObjectSchema, path: Path) -> None:
        message = f"{self._place(path)} lacks the required field `{name}`"
        self._add(Problem(REQUIRED, ProblemKind.MISSING, Stage.VALIDATE, (*path, name), message, at_key=True))

    def _wrong_type(self, value: Json, wanted: str, json: str, path: Path, help: str | None = None) -> None:
        message = f"`{dotted(path)}` wants {wanted}, not {_shown(value)}"
        breach = Breach(Keyword.TYPE, json)
        self._decode(Problem(TYPE, ProblemKind.WRONG_TYPE, Stage.DECODE, path, message, help, value, breach=breach))

    def _constraints(self, value: Json, schema: Schema, path: Path) -> None:
        if schema.enum and not isinstance(schema, ScalarSchema) and value not in schema.enum:
            self._not_allowed(value, schema.enum, path)
        for breach in violations(value, schema, self._fits):
            told = f"{self._place(path)} {breach.words}"
            kind, stage = ProblemKind.CONSTRAINT, Stage.VALIDATE
            self._add(Problem(CRD_SCHEMA, kind, stage, path, told, value=value, breach=breach))

    def _place(self, path: Path) -> str:
        """A place in a message; the whole object goes by its kind."""
        return f"`{dotted(path)}`" if path else self._root.short_name or "the object"

    def _fits(self, value: Json, schema: Schema) -> bool:
        """Whether a value meets a schema, for the combinations of schemas."""
        walk = _Walk(self._root, self._catalogue, strict=False, custom=True)
        walk.value(value, schema, ())
        return not walk.problems

    def _decode(self, problem: Problem) -> None:
        """Adds a decoding problem; a custom resource is decoded without types, so there validation finds it."""
        self._add(problem.at_stage(Stage.VALIDATE) if self._custom and problem.path[:1] != ("metadata",) else problem)

    def _add(self, problem: Problem) -> None:
        self.problems.append(problem)


def _list_help(value: Json) -> str | None:
    return "start each item with `- `" if isinstance(value, dict) else None


def _shown(value: Json) -> str:
    """A value in a message, shortened."""
    match value:
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case str():
            return f"the text {_brief(value)}"
        case _:
            return _brief(value)


def _brief(value: Json) -> str:
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def _listed(values: Iterable[Json]) -> str:
    return ", ".join(f"`{v}`" if isinstance(v, str) else json.dumps(v) for v in values)
