"""The packed schemas: what they know of each version, and how quickly."""

from __future__ import annotations

import gzip
import importlib.util
import json
import time
from pathlib import Path

import pytest

from kspec.api.schema import (
    ListSchema,
    ListType,
    MapSchema,
    ObjectSchema,
    Scalar,
    ScalarSchema,
    Schema,
    load,
    resolve_version,
    supported_versions,
)
from kspec.api.schema.packed import read_definitions
from kspec.source.data import data_dir


def field(schema: Schema | None, *names: str) -> Schema:
    """The schema at a path of fields, through lists."""
    assert schema is not None
    for name in names:
        if isinstance(schema, ListSchema):
            schema = schema.items
        assert isinstance(schema, ObjectSchema)
        schema = schema.fields[name]
    return schema


def test_every_version_from_1_25_to_1_37_is_there() -> None:
    assert supported_versions() == tuple(f"1.{n}" for n in range(25, 38))


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.36", "1.36"),
        ("v1.36.2", "1.36"),
        ("1.30.0-rc.1+k3s1", "1.30"),
        ("1.24", None),
        ("1.99", None),
        ("2.0", None),
        ("latest", None),
        ("", None),
        ("1.036", "1.36"),
    ],
)
def test_a_version_is_resolved_to_its_minor(text: str, version: str | None) -> None:
    assert resolve_version(text) == version


def test_types_keys_and_strategies_are_kept() -> None:
    pod = field(load("1.36").lookup("apps/v1", "Deployment"), "spec", "template", "spec")
    ports = field(pod, "containers", "ports")
    assert isinstance(ports, ListSchema)
    assert (ports.list_type, ports.keys, ports.merge_key) == (
        ListType.MAP,
        ("containerPort", "protocol"),
        "containerPort",
    )
    limits = field(pod, "containers", "resources", "limits")
    assert isinstance(limits, MapSchema)
    assert limits.values == ScalarSchema(type=Scalar.QUANTITY)
    assert field(pod, "containers", "livenessProbe", "httpGet", "port") == ScalarSchema(type=Scalar.INT_OR_STRING)
    assert field(pod, "activeDeadlineSeconds") == ScalarSchema(type=Scalar.INTEGER, bits=64)
    volumes = field(pod, "volumes")
    assert isinstance(volumes, ListSchema)
    assert volumes.patch_strategy == "merge,retainKeys"
    assert field(load("1.36").lookup("v1", "Secret"), "data") == MapSchema(values=ScalarSchema(type=Scalar.BYTES))


def test_a_schema_may_contain_itself() -> None:
    crd = load("1.36").lookup("apiextensions.k8s.io/v1", "CustomResourceDefinition")
    props = field(crd, "spec", "versions", "schema", "openAPIV3Schema")
    nested = field(props, "properties")
    assert isinstance(nested, MapSchema)
    assert nested.values is props


def test_what_the_server_does_not_insist_on_is_not_required() -> None:
    for version in supported_versions():
        spec = field(load(version).lookup("apps/v1", "StatefulSet"), "spec")
        assert isinstance(spec, ObjectSchema)
        assert spec.required == {"selector", "template"}


def test_versions_differ_as_kubernetes_does() -> None:
    assert load("1.25").lookup("autoscaling/v2beta2", "HorizontalPodAutoscaler") is not None
    assert load("1.26").lookup("autoscaling/v2beta2", "HorizontalPodAutoscaler") is None
    assert "resources" not in field(load("1.31").lookup("v1", "Pod"), "spec").fields  # type: ignore[union-attr]
    assert "resources" in field(load("1.32").lookup("v1", "Pod"), "spec").fields  # type: ignore[union-attr]


def test_every_packed_type_can_be_read() -> None:
    for version in ("1.25", "1.36", "1.37"):
        definitions = read_definitions(version)
        for name in definitions:
            for schema in definitions.get(name).fields.values():
                assert schema is not None


def test_a_version_is_loaded_fast_and_the_data_is_small() -> None:
    read_definitions.cache_clear()
    started = time.perf_counter()
    load.__wrapped__("1.33")
    assert time.perf_counter() - started < 0.5
    assert sum(f.stat().st_size for f in data_dir("schemas").iterdir()) < 1_000_000


def test_the_packed_data_say_what_their_source_says() -> None:
    """Fields, requirements and kinds against the development dependency they were built from."""
    source = pytest.importorskip("kubernetes_validate")
    folder = Path(source.__file__).parent / "kubernetes-json-schema"
    optional = {
        line
        for line in (data_dir("schemas") / "optional.txt").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    }
    for version in ("1.25", "1.36"):
        document = json.loads((folder / f"v{version}.0-local" / "_definitions.json").read_text(encoding="utf-8"))
        pool = document.get("$defs") or document["definitions"]
        definitions = read_definitions(version)
        for name in definitions:
            ours, theirs = definitions.get(name), pool[name]
            assert set(ours.fields) == set(theirs.get("properties", {})), name
            short = ".".join(name.split(".")[-3:])
            assert ours.required == {f for f in theirs.get("required", []) if f"{short}.{f}" not in optional}, name


def test_the_shipped_files_are_what_the_build_script_makes() -> None:
    """A change of `enums.toml` or `optional.txt` without a new build would show here."""
    pytest.importorskip("kubernetes_validate")
    spec = importlib.util.spec_from_file_location("schemas_build", data_dir("schemas") / "build.py")
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    document = json.loads((build.SOURCE / "v1.36.0-local" / "_definitions.json").read_text(encoding="utf-8"))
    pool = document["$defs"]
    made = {
        name: build.definition(name, schema, build.enums(), pool)
        for name, schema in pool.items()
        if name not in build.SPECIAL and schema.get("type")
    }
    shipped = json.loads(gzip.decompress((data_dir("schemas") / "v1.36.json.gz").read_bytes()))
    assert made == shipped
