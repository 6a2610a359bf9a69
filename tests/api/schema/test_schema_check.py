"""The structural check: what the API server's decoder would not take, and what it would drop."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kspec.api.schema import Problem, ProblemKind, Stage, check, check_resources, load
from kspec.domain.objects import Resource
from kspec.source.text import SourceFile
from kspec.source.tree import Json
from kspec.source.yaml import read_documents

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
  - name: c
    image: i
"""


def problems(text: str, *, version: str = "1.36", strict: bool = True) -> list[Problem]:
    (document,) = read_documents(SourceFile("a.yaml", text)).documents
    return check(Resource(document.value, document.origin), load(version), strict=strict)


def one(text: str, **options: object) -> Problem:
    (problem,) = problems(text, **options)  # type: ignore[arg-type]
    return problem


@pytest.mark.parametrize(
    "line",
    [
        "    ports: [{containerPort: 80.0}]",
        "    ports: [{containerPort: 8e1}]",
        "    env: null",
        "    env: [{name: A, value: null}]",
        "    resources: {limits: {cpu: 1, memory: 1.5e9, x: ' 2 '}}",
        "    livenessProbe: {httpGet: {port: 80}, periodSeconds: 0x10}",
        "    livenessProbe: {httpGet: {port: http}}",
        "    terminationMessagePolicy: ''",
        "  nodeSelector: null",
        "  terminationGracePeriodSeconds: 9223372036854775807",
    ],
)
def test_what_the_decoder_takes_is_no_problem(line: str) -> None:
    assert problems(POD + line + "\n") == []


def test_a_creation_timestamp_may_be_null_and_a_real_one_is_a_time() -> None:
    assert problems(POD.replace("{name: a}", "{name: a, creationTimestamp: null}")) == []
    assert problems(POD.replace("{name: a}", "{name: a, creationTimestamp: 2026-01-31T12:00:00Z}")) == []


C = "spec.containers[0]"


@pytest.mark.parametrize(
    ("line", "kind", "path", "found"),
    [
        ("    ports: [{containerPort: '80'}]", ProblemKind.WRONG_TYPE, C + ".ports[0].containerPort", "string"),
        ("    ports: [{containerPort: 8.5}]", ProblemKind.WRONG_TYPE, C + ".ports[0].containerPort", "number"),
        ("    ports: {a: 1}", ProblemKind.WRONG_TYPE, C + ".ports", "object"),
        ("    env: [{name: A, value: 1}]", ProblemKind.WRONG_TYPE, C + ".env[0].value", "number"),
        ("    env: [a]", ProblemKind.WRONG_TYPE, C + ".env[0]", "string"),
        ("    tty: 'true'", ProblemKind.WRONG_TYPE, C + ".tty", "string"),
        ("    resources: []", ProblemKind.WRONG_TYPE, C + ".resources", "array"),
        ("  nodeSelector: {a: yes}", ProblemKind.WRONG_TYPE, "spec.nodeSelector.a", "bool"),
        ("  nodeSelector: [a]", ProblemKind.WRONG_TYPE, "spec.nodeSelector", "array"),
        ("    ports: [{containerPort: 3000000000}]", ProblemKind.OUT_OF_RANGE, C + ".ports[0].containerPort", "number"),
        ("    resources: {limits: {cpu: 1 m}}", ProblemKind.BAD_FORMAT, C + ".resources.limits.cpu", "string"),
        ("    resources: {limits: {cpu: true}}", ProblemKind.BAD_FORMAT, C + ".resources.limits.cpu", "bool"),
        (
            "    livenessProbe: {httpGet: {port: true}}",
            ProblemKind.WRONG_TYPE,
            C + ".livenessProbe.httpGet.port",
            "bool",
        ),
    ],
)
def test_what_cannot_be_decoded_is_found_with_its_path(line: str, kind: ProblemKind, path: str, found: str) -> None:
    problem = one(POD + line + "\n")
    assert (problem.kind, problem.stage) == (kind, Stage.DECODE)
    assert (problem.field, problem.found) == (path, found)


def test_problems_come_in_the_order_in_which_go_meets_the_keys() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {port: 1, debug: true}\n"
    assert [p.field for p in problems(text)] == ["data.debug", "data.port"]


def test_unknown_fields_count_under_strict_validation_only() -> None:
    text = POD + "    imagee: x\n  spec: {}\n"
    assert [(p.field, p.stage, p.rule.id) for p in problems(text)] == [
        ("spec.containers[0].imagee", Stage.STRICT, "KS0004"),
        ("spec.spec", Stage.STRICT, "KS0004"),
    ]
    assert problems(text, strict=False) == []


@pytest.mark.parametrize("text", ["", "binary: '%%'", "a: {b: c}"])
def test_base64_data_is_checked(text: str) -> None:
    found = problems(f"apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\ndata: {{{text}}}\n")
    assert len(found) == (1 if text else 0)


def test_missing_fields_and_words_that_are_not_allowed_are_left_to_validation() -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {restartPolicy: always}\n"
    assert [(p.field, p.stage, p.rule.id, p.help) for p in problems(text)] == [
        ("spec.restartPolicy", Stage.VALIDATE, "KS1003", "did you mean `Always`?"),
        ("spec.containers", Stage.VALIDATE, "KS1002", None),
    ]


def test_a_status_is_decoded_but_not_judged() -> None:
    text = POD + "status: {conditions: [{type: Ready}], phase: Odd}\n"
    assert problems(text) == []
    assert one(POD + "status: {conditions: [{type: 3}]}\n").stage is Stage.DECODE


def test_items_with_the_same_key_are_found_with_defaults_in_mind() -> None:
    text = (
        POD
        + "    ports: [{containerPort: 53}, {containerPort: 53, protocol: UDP}, {containerPort: 53, protocol: TCP}]\n"
    )
    problem = one(text)
    assert (problem.rule.id, problem.field, problem.stage) == ("KS1014", "spec.containers[0].ports[2]", Stage.APPLY)


def test_a_placeholder_in_a_number_is_named_as_such() -> None:
    problem = one("apiVersion: apps/v1\nkind: ReplicaSet\nspec: {replicas: '${N}', selector: {}}\n")
    assert problem.rule.id == "KS0023"


def test_a_field_that_is_newer_than_the_target_is_named_so() -> None:
    problem = one(POD + "  resources: {limits: {cpu: 1}}\n", version="1.30")
    assert problem.rule.id == "KS1103"
    assert "it is new in 1.32" in problem.message
    assert problems(POD + "  resources: {limits: {cpu: 1}}\n", version="1.36") == []


def test_a_kind_that_nobody_knows_is_not_judged() -> None:
    assert problems("apiVersion: example.com/v1\nkind: Thing\nanything: [1]\n") == []


@pytest.mark.parametrize("version", ["1.25", "1.31", "1.37"])
def test_every_version_accepts_a_plain_pod(version: str) -> None:
    assert problems(POD, version=version) == []


KINDS = st.sampled_from(
    [
        ("v1", "Pod"),
        ("v1", "Service"),
        ("apps/v1", "Deployment"),
        ("v1", "Secret"),
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
        ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ]
)
NAMES = st.sampled_from(
    [
        "metadata",
        "spec",
        "name",
        "labels",
        "containers",
        "template",
        "ports",
        "data",
        "versions",
        "schema",
        "resources",
        "x",
    ]
)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=15,
)


@settings(max_examples=200)
@given(KINDS, st.dictionaries(NAMES, VALUES, max_size=4))
def test_no_object_makes_the_check_raise(kind: tuple[str, str], fields: dict[str, Json]) -> None:
    resource = Resource({**fields, "apiVersion": kind[0], "kind": kind[1]})
    found = check(resource, load("1.36"))
    assert found == check(resource, load("1.36"))
    for diagnostic in check_resources([resource], load("1.36")):
        assert diagnostic.message


def test_a_definition_as_deep_as_the_reader_allows_is_checked() -> None:
    schema: Json = {"type": "string"}
    for _ in range(90):
        schema = {"type": "object", "properties": {"a": schema}}
    version: Json = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    spec: Json = {"group": "g.io", "scope": "Cluster", "names": {"kind": "K", "plural": "ks"}, "versions": [version]}
    crd: Json = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "spec": spec}
    assert isinstance(crd, dict)
    assert check(Resource(crd), load("1.36")) == []
