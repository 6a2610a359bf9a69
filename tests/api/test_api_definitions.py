"""CustomResourceDefinitions, and resources held to the rules in them (after apiextensions-apiserver, v1.36)."""

from __future__ import annotations

import pytest
from asked import ask, said


def definition(schema: str, version: str = "", name: str = "foos.x.y") -> str:
    root = f"openAPIV3Schema: {{type: object, {schema}}}"
    return (
        f"{{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {{name: {name}}},"
        " spec: {group: x.y, scope: Namespaced, names: {plural: foos, kind: Foo},"
        f" versions: [{{name: v1, served: true, storage: true, {version} schema: {{{root}}}}}]}}}}"
    )


SPEC = "spec.validation.openAPIV3Schema.properties[spec]"
REFUSED = [
    ("properties: {a: {anyOf: [{type: string}]}}", "", "properties[a].anyOf[0].type: Forbidden: must be empty"),
    ("anyOf: [{properties: {b: {minimum: 1}}}]", "", "properties[b]: Required value: because it is defined in"),
    ("additionalProperties: {type: string}", "", "additionalProperties: Forbidden: must not be used at the root"),
    ("properties: {spec: {type: array}}", "", f"{SPEC}.items: Required value: must be specified"),
    ("properties: {spec: {type: string, pattern: '('}}", "", "error parsing regexp: missing closing ): `(`"),
    ("properties: {spec: {type: string, format: date, default: 1}}", "", "in body must be of type string"),
    ("properties: {spec: {type: object, default: {z: 1}}}", "", f'{SPEC}.default: Invalid value: {{"z":1}}'),
    ("properties: {metadata: {type: object, properties: {labels: {type: object}}}}", "", "implicitly specified"),
    ("properties: {spec: {type: array, x-kubernetes-list-type: map, items: {type: object}}}", "", "must not be empty"),
    ("properties: {}", "subresources: {scale: {specReplicasPath: .a, statusReplicasPath: .status.b}},", "under .spec"),
    ("maxProperties: 1", "subresources: {status: {}},", "if the status subresource is enabled"),
    (
        "properties: {}",
        "additionalPrinterColumns: [{name: A, type: b, jsonPath: .a}],",
        "must be one of boolean,date",
    ),
    ("properties: {}", "selectableFields: [{jsonPath: .spec.z}],", "does not refer to a valid field"),
    ("properties: {}", "deprecationWarning: old,", "can only be set for deprecated versions"),
]
RULES = [
    ("{rule: self.b > 1}", "compilation failed: ERROR: <input>:1:5: undefined field 'b'"),
    ("{rule: self.a + 1}", "cel expression must evaluate to a bool"),
    ("{rule: \"self.a == 'x'\"}", "found no matching overload for '_==_' applied to '(int, string)'"),
    ("{rule: 'self.tags.all(t, t > 1)'}", "found no matching overload for '_>_' applied to '(string, int)'"),
    ("{rule: self.a.startsWith('x')}", "found no matching overload for 'startsWith' applied to 'int.(string)'"),
    ("{rule: ''}", "rule is not specified"),
    ("{rule: 'true', reason: Foo}", 'Unsupported value: "Foo": supported values: "FieldValueDuplicate"'),
    ("{rule: 'true', fieldPath: .zz}", "must be a valid path"),
    ("{rule: self.a > 1, messageExpression: self.a}", "messageExpression must evaluate to a string"),
    ("{rule: self.a > 1, optionalOldSelf: true}", "may not be set if oldSelf is not used in rule"),
]


@pytest.mark.parametrize(("schema", "version", "why"), REFUSED)
def test_definitions_that_are_refused(schema: str, version: str, why: str) -> None:
    assert why in said(ask(definition(schema, version)))


@pytest.mark.parametrize(("rule", "why"), RULES)
def test_rules_that_are_refused(rule: str, why: str) -> None:
    fields = "a: {type: integer}, tags: {type: array, items: {type: string}}"
    schema = f"properties: {{spec: {{type: object, properties: {{{fields}}}, x-kubernetes-validations: [{rule}]}}}}"
    assert why in said(ask(definition(schema)))


def test_old_values_are_only_known_where_they_can_be_found() -> None:
    item = "{type: string, x-kubernetes-validations: [{rule: self == oldSelf}]}"
    answer = ask(definition(f"properties: {{spec: {{type: array, items: {item}}}}}"))
    assert f"uncorrelatable portion of the schema within {SPEC}" in said(answer)


def test_unknown_formats_are_pointed_out() -> None:
    answer = ask(definition("properties: {spec: {type: string, format: colour}}"))
    assert answer.accepted
    assert answer.warnings == ('unrecognized format "colour"',)


RESOURCES = definition(
    "x-kubernetes-validations: [{rule: \"self.metadata.name.startsWith('a')\", message: begin with a}],"
    " properties: {spec: {type: object, required: [low], x-kubernetes-validations: ["
    "{rule: self.low <= self.high, messageExpression: \"'not over ' + string(self.high)\", fieldPath: .low},"
    "{rule: '!has(self.tags) || self.tags.all(t, t.size() < 4)', reason: FieldValueForbidden},"
    "{rule: '!has(self.size) || self.size * 2 > 1', message: size}],"
    " properties: {low: {type: integer}, high: {type: integer, default: 5}, tags: {type: array, items: {type: string}},"
    " size: {x-kubernetes-int-or-string: true},"
    " a-b: {type: string, x-kubernetes-validations: [{rule: self == oldSelf}]},"
    " ports: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [id], items: {type: object,"
    " required: [id], properties: {id: {type: integer}, to: {type: string,"
    " x-kubernetes-validations: [{rule: self == oldSelf, message: fixed}]}}}}}}}"
)


def foo(spec: str, name: str = "a") -> str:
    return f"{{apiVersion: x.y/v1, kind: Foo, metadata: {{name: {name}}}, spec: {{{spec}}}}}"


JUDGED = [
    ("low: 1", "", "accepted"),
    ("low: 9", "", 'Foo.x.y "a" is invalid: spec.low: Invalid value: not over 5'),
    ("low: 1, tags: [abcd]", "", "spec: Forbidden: failed rule: !has(self.tags) || self.tags.all(t, t.size() < 4)"),
    (
        "low: 1, size: big",
        "",
        "'no such overload': call arguments did not match a supported operator",
    ),
    ("low: 1, a-b: x", "low: 1, a-b: old", 'spec.a-b: Invalid value: "x": failed rule: self == oldSelf'),
    ("low: 1, ports: [{id: 2, to: b}]", "low: 1, ports: [{id: 1, to: a}]", "accepted"),
    ("low: 1, ports: [{id: 1, to: b}]", "low: 1, ports: [{id: 1, to: a}]", 'ports[0].to: Invalid value: "b": fixed'),
    ("low: 1, ports: [{id: 1}, {id: 1}]", "", 'spec.ports[1]: Duplicate value: {"id":1}'),
    ("high: 1", "", "some validation rules were not checked because the object was invalid"),
]


@pytest.mark.parametrize(("new", "old", "why"), JUDGED)
def test_resources_are_held_to_the_rules_of_their_definition(new: str, old: str, why: str) -> None:
    assert why in said(ask(foo(new), RESOURCES, foo(old) if old else ""))


def test_rules_at_the_root_see_the_name() -> None:
    assert "<nil>: Invalid value: begin with a" in said(ask(foo("low: 1", "b"), RESOURCES))
