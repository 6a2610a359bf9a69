"""A kustomization: the design as the base, and an overlay with patches for each environment.

Patches of values are JSON patches (RFC 6902), which say exactly what changes: a strategic merge puts new items of a
list first and knows no keys of custom resources. Facts: kustomize's api/types/{kustomization,selector}.go: the
fields of a patch's target are regular expressions, and an object without a namespace is in `default`.
"""

from __future__ import annotations

from kspec.domain.objects import ObjectRef, Resource
from kspec.emit.manifests.render import Manifest, render_all
from kspec.emit.packages.package import Package, Variants, applied
from kspec.emit.packages.patch import patch
from kspec.emit.templating import template
from kspec.source.tree import Json, Object

FOLDER = "kustomize"
_HEAD: Object = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}


def kustomize(variants: Variants) -> Package:
    """The files of the base and of all overlays."""
    base = applied(variants.design)
    files = _folder("base", {}, render_all(base))
    for name in variants.environments:
        design = variants.load(name, {})
        if design is not None:
            files |= _overlay(name, base, applied(design))
    return Package({f"{FOLDER}/{name}": text for name, text in files.items()})


def _overlay(name: str, base: list[Resource], wanted: list[Resource]) -> dict[str, str]:
    """What turns the base into the objects of an environment."""
    before = {o.ref: o for o in base}
    after = {o.ref: o for o in wanted}
    patches: list[Json] = [{"patch": _yaml(_removal(ref))} for ref in before if ref not in after]
    for ref, old in before.items():
        new = after.get(ref)
        if new is None or new.manifest == old.manifest:
            continue
        changes = patch(old.manifest, new.manifest)
        text = "".join(f"- {_yaml(change).replace(chr(10), chr(10) + '  ').rstrip(' ')}" for change in changes)
        patches.append({"target": _target(old), "patch": text})
    added = render_all(o for ref, o in after.items() if ref not in before)
    fields: Object = {"patches": patches} if patches else {}
    return _folder(f"overlays/{name}", fields, added, "../../base")


def _folder(folder: str, fields: Object, manifests: list[Manifest], *bases: str) -> dict[str, str]:
    resources: list[Json] = [*bases, *(m.file for m in manifests)]
    files = {f"{folder}/{m.file}": m.text for m in manifests}
    return files | {f"{folder}/kustomization.yaml": _yaml({**_HEAD, "resources": resources, **fields})}


def _removal(ref: ObjectRef) -> Object:
    metadata: Object = {"name": ref.name}
    if ref.namespace:
        metadata["namespace"] = ref.namespace
    return {"$patch": "delete", "apiVersion": ref.api_version, "kind": ref.kind, "metadata": metadata}


def _target(resource: Resource) -> Object:
    """The one object that a patch is for."""
    group, _, version = resource.api_version.rpartition("/")
    kind = resource.builtin
    namespace = resource.namespace or ("default" if kind is not None and kind.namespaced else "")
    target: Object = {
        "group": group,
        "version": version,
        "kind": resource.kind,
        "name": _literally(resource.name),
        "namespace": _literally(namespace),
    }
    return {name: text for name, text in target.items() if text}


def _literally(text: str) -> str:
    return text.replace(".", "\\.")


def _yaml(value: Object) -> str:
    return template("manifests/object.yaml.j2").render(manifest=value, comments=())
