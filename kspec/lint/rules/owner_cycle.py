"""Objects own each other in a circle, or an owner is in another namespace.

A circle is never collected: nobody in it is ever without an owner. An owner in another namespace counts as gone, so the
garbage collector deletes the dependent.

Fails:

    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: a
      ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: b, uid: "1"}]
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: b
      ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: a, uid: "1"}]

Passes:

    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: a
      ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: b, uid: "1"}]
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: b}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import obj, objects, text
from kspec.domain.objects import Resource
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Path

RULE = rule("KS2030", "owner-cycle", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Ownership that the garbage collector can not follow."""
    told: set[int] = set()
    for resource in index.resources:
        for path, kind, name in _owners(resource):
            owner = _owner(index, resource, kind, name)
            if owner is None:
                yield from _abroad(index, resource, path, kind, name)
            elif id(resource) not in told and (circle := _circle(index, resource)):
                told |= {id(r) for r in circle}
                names = " -> ".join(f"{r.kind} {r.name}" for r in (*circle, resource))
                yield on(RULE, resource, path, f"owners go round in a circle: {names}", "remove one of the references")


def _owners(resource: Resource) -> Iterator[tuple[Path, str, str]]:
    for i, reference in enumerate(objects(obj(resource.manifest, "metadata"), "ownerReferences")):
        yield ("metadata", "ownerReferences", i), text(reference, "kind"), text(reference, "name")


def _owner(index: Index, dependent: Resource, kind: str, name: str) -> Resource | None:
    """Owners are of the same namespace, or of the cluster."""
    found = index.find(kind, dependent.namespace, name)
    return found if found is not None else index.find(kind, "", name)


def _abroad(index: Index, resource: Resource, path: Path, kind: str, name: str) -> Iterator[Diagnostic]:
    elsewhere = next((r for r in index.all(kind) if r.name == name and r.namespace), None)
    if elsewhere is not None:
        message = (
            f"{resource.kind} {resource.name} is owned by {kind} {name}, which is in namespace {elsewhere.namespace}"
        )
        yield on(RULE, resource, path, message, "an owner is in the namespace of its dependents")


def _circle(index: Index, start: Resource) -> list[Resource]:
    """The way from an object through its owners back to itself; empty where there is none."""
    way: list[Resource] = []

    def climb(resource: Resource) -> bool:
        if any(r is resource for r in way):
            return resource is start
        way.append(resource)
        for _, kind, name in _owners(resource):
            owner = _owner(index, resource, kind, name)
            if owner is not None and climb(owner):
                return True
        way.pop()
        return False

    return way if climb(start) else []
