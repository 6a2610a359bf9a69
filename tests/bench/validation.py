"""How fast manifests are judged, cold: large definitions among small objects, and many plain objects.

Each row is a process of its own, files to answer, Python's start included. The peer, kubernetes-validate, checks types
and unknown fields by JSON Schema; it judges `--peer` objects of the same files, which is told per object.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

WORKLOAD = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "", "namespace": "default", "labels": {"app": ""}, "annotations": {"a/b": "c"}},
    "spec": {
        "replicas": 3,
        "selector": {"matchLabels": {"app": ""}},
        "template": {
            "metadata": {"labels": {"app": ""}},
            "spec": {
                "containers": [
                    {
                        "name": name,
                        "image": f"registry.example.com/{name}:1",
                        "ports": [{"name": "http", "containerPort": port}],
                        "env": [{"name": f"E{i}", "value": "x"} for i in range(4)],
                        "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}},
                        "readinessProbe": {"httpGet": {"path": "/", "port": "http"}, "periodSeconds": 5},
                        "volumeMounts": [{"name": "data", "mountPath": "/data"}],
                    }
                    for name, port in (("app", 8080), ("sidecar", 9090))
                ],
                "volumes": [{"name": "data", "emptyDir": {}}],
                "topologySpreadConstraints": [
                    {
                        "maxSkew": 1,
                        "topologyKey": "topology.kubernetes.io/zone",
                        "whenUnsatisfiable": "DoNotSchedule",
                        "labelSelector": {"matchLabels": {"app": ""}},
                    }
                ],
            },
        },
    },
}
SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "", "namespace": "default"},
    "spec": {"selector": {"app": ""}, "ports": [{"name": "http", "port": 80, "targetPort": "http"}]},
}
CONFIG = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": ""},
    "data": {f"k{i}": "v" * 40 for i in range(9)},
}


def named(value: Any, name: str) -> Any:
    """The object with a name in every empty place."""
    match value:
        case dict():
            return {k: named(v, name) for k, v in value.items()}
        case list():
            return [named(v, name) for v in value]
        case _:
            return name if value == "" else value


def plain(count: int) -> Iterator[Any]:
    kinds = WORKLOAD, SERVICE, CONFIG
    return (named(kinds[i % len(kinds)], f"web-{i}") for i in range(count))


def definitions(count: int) -> Iterator[Any]:
    """Definitions that hold all of a pod, as those of operators do."""
    import kubernetes_validate

    folder = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema" / "v1.36.0-local"
    known = json.loads((folder / "_definitions.json").read_text())["$defs"]
    template = structural({"$ref": "#/$defs/io.k8s.api.core.v1.PodTemplateSpec"}, known)
    for i in range(count):
        spec = {"type": "object", "properties": {"template": template, "replicas": {"type": "integer"}}}
        schema = {"type": "object", "properties": {"spec": spec}}
        version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
        names = {"plural": f"kind{i}s", "singular": f"kind{i}", "kind": f"Kind{i}", "listKind": f"Kind{i}List"}
        yield {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": f"kind{i}s.example.com"},
            "spec": {"group": "example.com", "names": names, "scope": "Namespaced", "versions": [version]},
        }


def structural(schema: Any, known: Any) -> Any:
    """A schema without references, in the words that a definition may use."""
    if "$ref" in schema:
        return structural(known[schema["$ref"].rpartition("/")[2]], known)
    types = schema.get("type", "object" if "properties" in schema else "string")
    types = [t for t in ([types] if isinstance(types, str) else types) if t != "null"]
    if "oneOf" in schema and len(types) != 1:
        return {"anyOf": [{"type": "integer"}, {"type": "string"}], "x-kubernetes-int-or-string": True}
    out: Any = {"type": types[0]}
    if "description" in schema:
        out["description"] = schema["description"]
    if "properties" in schema:
        out["properties"] = {name: structural(inner, known) for name, inner in schema["properties"].items()}
    if "items" in schema:
        out["items"] = structural(schema["items"], known)
    if isinstance(schema.get("additionalProperties"), dict):
        out["additionalProperties"] = structural(schema["additionalProperties"], known)
    return out


def rows() -> dict[str, list[Any]]:
    return {"300 objects, large definitions": [*definitions(17), *plain(283)], "5,000 plain objects": list(plain(5000))}


def ours(folder: Path) -> None:
    from kspec.cli.main import run

    code = run(["validate", str(folder), "--no-cache", "--format", "json", "-o", os.devnull])
    assert code == 0, code


def peer(folder: Path) -> None:
    import kubernetes_validate

    for path in sorted(folder.iterdir()):
        for document in yaml.load_all(path.read_bytes(), yaml.CSafeLoader):
            kubernetes_validate.validate(document, "1.36", strict=True)


def measured(who: str, folder: Path) -> tuple[float, float]:
    """CPU seconds and MiB of a process of its own."""
    process = subprocess.Popen([sys.executable, __file__, "--run", who, str(folder)])
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, status
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def write(folder: Path, objects: list[Any]) -> float:
    """One object a file; answers megabytes."""
    folder.mkdir()
    size = 0
    for i, one in enumerate(objects):
        size += (folder / f"{i:05}.yaml").write_text(yaml.dump(one, Dumper=yaml.CSafeDumper, sort_keys=False))
    return size / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", type=int, default=60, help="how many objects the peer gets")
    parser.add_argument("--run", nargs=2, metavar=("WHO", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run is not None:
        {"ours": ours, "peer": peer}[given.run[0]](Path(given.run[1]))
        return
    print(f"{'':<32} {'CPU':>8} {'memory':>9} {'an object':>10}", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        for name, objects in rows().items():
            folder = Path(temporary) / name.partition(" ")[0]
            size = write(folder, objects)
            seconds, memory = measured("ours", folder)
            told = f"{seconds:6.2f} s {memory:5.0f} MiB {seconds / len(objects) * 1000:7.2f} ms"
            print(f"{name:<32} {told}  ({size:.1f} MB)", flush=True)
            some = objects[:: max(1, len(objects) // given.peer)]
            write(folder.with_suffix(".some"), some)
            seconds, memory = measured("peer", folder.with_suffix(".some"))
            told = f"{seconds:6.2f} s {memory:5.0f} MiB {seconds / len(some) * 1000:7.2f} ms"
            print(f"{'  kubernetes-validate':<32} {told}  ({len(some)} of them)", flush=True)


if __name__ == "__main__":
    main()
