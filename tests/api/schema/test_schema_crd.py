"""Custom resources are judged by the definitions in the input."""

from __future__ import annotations

import pytest

from kspec.api.schema import Catalogue, ProblemKind, Stage, check, check_resources, load
from kspec.api.schema.causes import causes
from kspec.api.schema.custom import store
from kspec.api.schema.formats import has_format
from kspec.domain.objects import Resource
from kspec.source.text import SourceFile
from kspec.source.tree import Json
from kspec.source.yaml import read_documents

CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: foos.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Foo, plural: foos}
  versions:
  - {name: v1alpha1, served: false, storage: false, schema: {openAPIV3Schema: {type: object}}}
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        required: [spec]
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: {type: integer, minimum: 1, maximum: 10, multipleOf: 2, default: 2}
              name: {type: string, pattern: "^[a-z]+$", minLength: 2, maxLength: 3}
              mode: {type: string, enum: [Fast, Slow]}
              port: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}
              free: {type: object, x-kubernetes-preserve-unknown-fields: true}
              flags: {type: object, additionalProperties: {type: boolean}, maxProperties: 1}
              either:
                type: object
                oneOf: [{required: [left]}, {required: [right]}]
                properties: {left: {type: string}, right: {type: string}}
              when: {type: string, format: date-time}
              tags: {type: array, maxItems: 2, uniqueItems: true, items: {type: string}}
              items:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
                items:
                  type: object
                  required: [name]
                  properties: {name: {type: string}, v: {type: string, default: q}}
              note: {type: string, nullable: true, default: none}
              ratio: {type: number, exclusiveMinimum: true, minimum: 0}
              pod: {type: object, x-kubernetes-embedded-resource: true, properties: {spec: {type: object}}}
          status: {type: object, properties: {ready: {type: boolean}}}
"""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load("1.36").with_crds([resource(CRD)])


def resource(text: str) -> Resource:
    (document,) = read_documents(SourceFile("a.yaml", text)).documents
    return Resource(document.value, document.origin)


def foo(spec: str) -> Resource:
    return resource(f"apiVersion: example.com/v1\nkind: Foo\nmetadata: {{name: a}}\nspec: {{{spec}}}\n")


@pytest.mark.parametrize(
    "spec",
    [
        "size: 2",
        "size: 4.0, name: abc, mode: Fast",
        "size: 2, port: http, free: {x: {y: 1}}, flags: {a: true}",
        "size: 2, port: 80, either: {left: a}, when: 2026-01-01T00:00:00Z",
        "size: 2, items: [{name: a}, {name: b}], tags: [a, b], note: null, ratio: 0.5",
        "size: 2, pod: {apiVersion: v1, kind: Pod, metadata: {labels: {a: b}}, spec: {}}",
    ],
)
def test_a_resource_that_meets_its_definition_is_no_problem(catalogue: Catalogue, spec: str) -> None:
    assert check(foo(spec), catalogue) == []


@pytest.mark.parametrize(
    ("spec", "field", "rule"),
    [
        ("size: 0", "spec.size", "KS1004"),
        ("size: 12", "spec.size", "KS1004"),
        ("size: 3", "spec.size", "KS1004"),
        ("size: 2.5", "spec.size", "KS0003"),
        ("size: '2'", "spec.size", "KS0003"),
        ("name: ab", "spec.size", "KS1002"),
        ("size: 2, name: a", "spec.name", "KS1004"),
        ("size: 2, name: abcd", "spec.name", "KS1004"),
        ("size: 2, name: A1", "spec.name", "KS1004"),
        ('size: 2, name: "ab\\n"', "spec.name", "KS1004"),
        ("size: 2, mode: fast", "spec.mode", "KS1003"),
        ("size: 2, port: 1.5", "spec.port", "KS0003"),
        ("size: 2, flags: {a: 1}", "spec.flags.a", "KS0003"),
        ("size: 2, flags: {a: true, b: true}", "spec.flags", "KS1004"),
        ("size: 2, either: {left: a, right: b}", "spec.either", "KS1004"),
        ("size: 2, either: {}", "spec.either", "KS1004"),
        ("size: 2, when: tomorrow", "spec.when", "KS1004"),
        ("size: 2, tags: [a, a]", "spec.tags", "KS1004"),
        ("size: 2, tags: [a, b, c]", "spec.tags", "KS1004"),
        ("size: 2, items: [{v: a}]", "spec.items[0].name", "KS1002"),
        ("size: 2, items: [{name: a}, {name: a}]", "spec.items[1]", "KS1014"),
        ("size: 2, ratio: 0", "spec.ratio", "KS1004"),
        ("size: 2, sise: 3", "spec.sise", "KS0004"),
        ("size: 2, pod: {metadata: {label: a}}", "spec.pod.metadata.label", "KS0004"),
        ("size: 2, pod: {specc: a}", "spec.pod.specc", "KS0004"),
    ],
)
def test_each_broken_constraint_is_found_where_it_is(catalogue: Catalogue, spec: str, field: str, rule: str) -> None:
    assert (field, rule) in [(p.field, p.rule.id) for p in check(foo(spec), catalogue)]


def test_types_of_a_custom_resource_are_a_matter_of_validation_but_metadata_is_decoded(catalogue: Catalogue) -> None:
    (wrong_size,) = check(foo("size: a"), catalogue)
    assert (wrong_size.kind, wrong_size.stage) == (ProblemKind.WRONG_TYPE, Stage.VALIDATE)
    text = "apiVersion: example.com/v1\nkind: Foo\nmetadata: {name: 3}\nspec: {size: 2}\n"
    (wrong_name,) = check(resource(text), catalogue)
    assert (wrong_name.field, wrong_name.stage) == ("metadata.name", Stage.DECODE)


def test_a_version_that_is_not_served_is_reported() -> None:
    other = resource("apiVersion: example.com/v1alpha1\nkind: Foo\nmetadata: {name: a}\n")
    (diagnostic,) = check_resources([resource(CRD), other], load("1.36"))
    assert (diagnostic.rule.id, diagnostic.help) == ("KS1101", "it serves example.com/v1")


def test_what_would_be_stored_has_defaults_and_no_unknown_fields(catalogue: Catalogue) -> None:
    schema = catalogue.lookup("example.com/v1", "Foo")
    assert schema is not None
    spec: Json = {"size": None, "zz": 1, "free": {"x": 1}, "items": [{"name": "a", "w": 1}], "mode": None, "note": None}
    stored = store({"apiVersion": "example.com/v1", "kind": "Foo", "metadata": {"name": "a"}, "spec": spec}, schema)
    assert stored["spec"] == {"size": 2, "free": {"x": 1}, "items": [{"name": "a", "v": "q"}], "note": None}
    assert store(stored, schema) == stored


def test_a_default_is_not_shared_between_objects() -> None:
    text = CRD.replace("note: {type: string, nullable: true, default: none}", "note: {type: object, default: {a: 1}}")
    schema = load("1.36").with_crds([resource(text)]).lookup("example.com/v1", "Foo")
    assert schema is not None
    first, second = store({"spec": {}}, schema), store({"spec": {}}, schema)
    assert first == second
    assert first["spec"]["note"] is not second["spec"]["note"]  # type: ignore[index,call-overload]


@pytest.mark.parametrize(
    "spec", ["3", "{versions: 3}", "{group: a, names: {kind: B}, versions: [3, {name: 1}, {name: v1}]}"]
)
def test_a_broken_definition_does_not_raise(spec: str) -> None:
    crd = resource(f"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {spec}\n")
    assert [d.rule.id for d in check_resources([crd], load("1.36"))]


def test_a_pattern_that_python_cannot_read_is_no_finding() -> None:
    text = CRD.replace('"^[a-z]+$"', '"(?<x"')
    assert check(foo("size: 2, name: abc"), load("1.36").with_crds([resource(text)])) == []


@pytest.mark.parametrize(
    ("format", "good", "bad"),
    [
        ("ipv4", "10.0.0.1", "10.0.0"),
        ("ipv6", "::1", "1::2::3"),
        ("cidr", "10.0.0.0/8", "10.0.0.0"),
        ("uuid", "123e4567-e89b-12d3-a456-426614174000", "123"),
        ("duration", "1h30m", "soon"),
        ("date", "2026-01-31", "2026-02-31"),
        ("date-time", "2026-01-31T00:00:00+01:00", "2026-01-31"),
        ("hostname", "a.b-c", "-a"),
        ("email", "a@b.c", "ab"),
        ("uri", "https://a.b/c", "a b"),
        ("byte", "aGk=", "%"),
        ("mac", "00:11:22:33:44:55", "00"),
    ],
)
def test_a_format_tells_good_from_bad(format: str, good: str, bad: str) -> None:
    assert has_format(good, format)
    assert not has_format(bad, format)


def test_an_unknown_format_is_no_constraint() -> None:
    assert has_format("anything", "semver")


@pytest.mark.parametrize(
    ("spec", "cause"),
    [
        ("size: a", 'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"'),
        ("size: 0", "spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1"),
        ("name: ab", "spec.size: Required value"),
        ("size: 2, name: A1", "spec.name: Invalid value: \"A1\": spec.name in body should match '^[a-z]+$'"),
        ("size: 2, name: abcd", "spec.name: Too long: may not be more than 3 bytes"),
        ("size: 2, mode: fast", 'spec.mode: Unsupported value: "fast": supported values: "Fast", "Slow"'),
        ("size: 2, tags: [a, b, c]", "spec.tags: Too many: 3: must have at most 2 items"),
        ("size: 2, ratio: 0", "spec.ratio: Invalid value: 0: spec.ratio in body should be greater than 0"),
        ("size: 2, when: x", 'spec.when: Invalid value: "x": spec.when in body must be of type datetime: "x"'),
        (
            "size: 2, either: {}",
            'spec.either: Invalid value: "": "spec.either" must validate one and only one schema (oneOf).'
            " Found none valid",
        ),
    ],
)
def test_the_api_server_s_words_are_known(catalogue: Catalogue, spec: str, cause: str) -> None:
    assert [str(c) for c in causes(check(foo(spec), catalogue))] == [cause]
