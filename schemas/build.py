"""Packs the Kubernetes schemas that kspec ships, from the development dependency `kubernetes-validate`.

    python schemas/build.py

writes one `v1.NN.json.gz` per Kubernetes version, `kinds.json` and `docs.json.gz`, next to this file. Run it when the
dependency learns a new version, or when `enums.toml` or `optional.txt` change. The same input gives the same bytes.

A packed file maps a definition's name to its record, with a key left out where it is empty:

    fields      field -> type
    required    fields without which the API server refuses the object (OpenAPI's, less those of `optional.txt`)
    kinds       [group, version, kind] of the objects that have this shape
    atomic      true where server-side apply replaces the struct as a whole
    deprecated  fields whose documentation calls them deprecated

A type is a name (`string`, `int32`, `int64`, `double`, `bool`, `bytes`, `time`, `quantity`, `intstr`, `any`, `object`,
or `#definition`), `{"list": type}` with `of` (`atomic`, `set`, `map`), `keys`, `merge` and `strategy` where they are
given, `{"map": type}`, or `{"enum": [values]}`.

`docs.json.gz` maps a definition's name to what the newest version that has them says of its fields, and under the empty
name of itself: the documentation of the Kubernetes API (Apache-2.0), for editors.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import kubernetes_validate

HERE = Path(__file__).resolve().parent
SOURCE = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
FORMATS = {"int32": "int32", "int64": "int64", "double": "double", "byte": "bytes", "date-time": "time"}
PLAIN = {"string": "string", "boolean": "bool", "integer": "int64", "number": "double", "object": "object"}
SPECIAL = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "intstr",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "time",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "microtime",
    "io.k8s.apimachinery.pkg.runtime.RawExtension": "object",
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "object",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Patch": "object",
}
KINDS = "x-kubernetes-group-version-kind"
DEPRECATED = re.compile(r"^\W*(this field is |\w+ is )?deprecated\b|\bdeprecated:", re.IGNORECASE)


def enums() -> dict[str, list[str]]:
    """`core.v1.Container.imagePullPolicy` -> its values."""
    table = tomllib.loads((HERE / "enums.toml").read_text(encoding="utf-8"))
    return {
        place if place.count(".") > 1 else f"{package}.{place}": entry["values"]
        for package, types in table.items()
        for entry in types.values()
        for place in entry["fields"]
    }


def optional() -> set[str]:
    """The fields, `core.v1.Sysctl.value`, that only OpenAPI requires."""
    lines = (HERE / "optional.txt").read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def short(definition: str) -> str:
    """`io.k8s.api.core.v1.Container` -> `core.v1.Container`."""
    return ".".join(definition.split(".")[-3:])


OPTIONAL = optional()


def type_of(schema: dict[str, Any], values: list[str] | None, pool: dict[str, Any]) -> Any:
    """The packed form of one OpenAPI schema."""
    if "$ref" in schema:
        target = schema["$ref"].rsplit("/", 1)[-1]
        if target in SPECIAL:
            return SPECIAL[target]
        return "any" if not pool[target].get("type") else f"#{target}"
    kinds = [t for t in as_list(schema.get("type")) if t != "null"]
    if not kinds:
        return "any"
    if kinds[0] == "array":
        return list_of(schema, values, pool)
    if kinds[0] == "object" and isinstance(schema.get("additionalProperties"), dict):
        return {"map": type_of(schema["additionalProperties"], values, pool)}
    if kinds[0] == "string" and values:
        return {"enum": values}
    return FORMATS.get(schema.get("format", ""), PLAIN[kinds[0]])


def list_of(schema: dict[str, Any], values: list[str] | None, pool: dict[str, Any]) -> dict[str, Any]:
    """The packed form of an array, with how it is merged."""
    out: dict[str, Any] = {"list": type_of(schema["items"], values, pool)}
    for key, extension in (
        ("of", "list-type"),
        ("keys", "list-map-keys"),
        ("merge", "patch-merge-key"),
        ("strategy", "patch-strategy"),
    ):
        if value := schema.get(f"x-kubernetes-{extension}"):
            out[key] = value
    return out


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def definition(name: str, schema: dict[str, Any], values: dict[str, list[str]], pool: dict[str, Any]) -> dict[str, Any]:
    """The packed record of one definition."""
    properties = schema.get("properties", {})
    record: dict[str, Any] = {
        "fields": {f: type_of(p, values.get(f"{short(name)}.{f}"), pool) for f, p in sorted(properties.items())},
        "required": sorted(f for f in schema.get("required", []) if f"{short(name)}.{f}" not in OPTIONAL),
        "kinds": sorted(
            [g["group"], g["version"], g["kind"]] for g in schema.get("x-kubernetes-group-version-kind", [])
        ),
        "atomic": schema.get("x-kubernetes-map-type") == "atomic",
        "deprecated": sorted(
            f for f, p in properties.items() if f != "deprecated" and DEPRECATED.search(p.get("description", ""))
        ),
    }
    return {key: value for key, value in record.items() if value}


def note(docs: dict[str, dict[str, str]], pool: dict[str, Any]) -> None:
    """Add the documentation of a version's definitions to that of older ones."""
    for name, schema in pool.items():
        texts = {"": schema.get("description", "")}
        texts |= {f: p.get("description", "") for f, p in schema.get("properties", {}).items()}
        docs.setdefault(name, {}).update({field: text.strip() for field, text in texts.items() if text.strip()})


def pack(path: Path, value: Any) -> None:
    text = json.dumps(value, separators=(",", ":"), sort_keys=True)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def main() -> int:
    values = enums()
    kinds: dict[str, list[str]] = {}
    docs: dict[str, dict[str, str]] = {}
    versions = sorted(SOURCE.glob("v1.*-local"), key=lambda p: int(p.name.split(".")[1]))
    for folder in versions:
        version = ".".join(folder.name.removeprefix("v").split(".")[:2])
        document = json.loads((folder / "_definitions.json").read_text(encoding="utf-8"))
        pool: dict[str, Any] = document.get("$defs") or document["definitions"]
        note(docs, pool)
        packed = {n: definition(n, s, values, pool) for n, s in pool.items() if n not in SPECIAL and s.get("type")}
        pack(HERE / f"v{version}.json.gz", packed)
        for record in packed.values():
            for group, api, kind in record.get("kinds", []):
                kinds.setdefault("/".join(filter(None, (group, api, kind))), []).append(version)
    pack(HERE / "docs.json.gz", docs)
    table = json.dumps(
        {k: sorted(set(v), key=lambda x: int(x.split(".")[1])) for k, v in sorted(kinds.items())}, indent=0
    )
    (HERE / "kinds.json").write_text(table + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
