"""What a request to the API server says and does, read off the object it carries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kspec.elaborate.behaviour.builtins.registry import builtin, count_of, thing_of
from kspec.elaborate.behaviour.mistakes import TYPE, mistake
from kspec.elaborate.behaviour.things import Revision, Thing
from kspec.elaborate.behaviour.values import Value, describe
from kspec.source.text import Span
from kspec.source.tree import Json, Path, dotted

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator


def _plural(thing: Thing) -> str:
    kind = thing.resource.builtin
    return kind.plural if kind is not None else thing.kind.lower() + "s"


@builtin("request_path")
def request_path(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The path of the request that creates an object: `/apis/apps/v1/namespaces/shop/deployments`."""
    count_of(args, 1, 1, "request_path", span)
    thing = thing_of(args[0], span)
    version = thing.resource.api_version
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    place = f"/namespaces/{thing.namespace}" if thing.namespace else ""
    return f"{root}{place}/{_plural(thing)}"


@builtin("storage_key")
def storage_key(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The key under which etcd keeps an object: `/registry/deployments/shop/web`."""
    count_of(args, 1, 1, "storage_key", span)
    match args[0]:
        case Thing() as thing:
            parts = (_plural(thing), thing.namespace, thing.name)
        case Revision() as revision:
            parts = (revision.kind.lower() + "s", revision.namespace, revision.name)
        case other:
            raise mistake(TYPE, f"expected an object, found {describe(other)}", span)
    return "/registry/" + "/".join(part for part in parts if part)


_EVERY = ("NamespaceLifecycle",)
_BY_KIND = {
    "Pod": ("LimitRanger", "ServiceAccount", "DefaultTolerationSeconds", "Priority", "PodSecurity", "ResourceQuota"),
    "PersistentVolumeClaim": ("StorageObjectInUseProtection", "DefaultStorageClass", "ResourceQuota"),
    "Ingress": ("DefaultIngressClass",),
}
_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicaSet")


@builtin("admission_plugins")
def admission_plugins(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The built-in admission plugins that have a say about an object of this kind (v1.36, those on by default)."""
    count_of(args, 1, 1, "admission_plugins", span)
    thing = thing_of(args[0], span)
    named = (*(_EVERY if thing.namespace else ()), *_BY_KIND.get(thing.kind, ()))
    if thing.kind in _WORKLOADS:
        named = (*named, "PodSecurity (warns)")
    return ", ".join((*named, "ValidatingAdmissionPolicy"))


@builtin("defaulted")
def defaulted(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The fields that the API server adds to what was written: the first five, and how many more."""
    count_of(args, 1, 1, "defaulted", span)
    thing = thing_of(args[0], span)
    source = evaluator.world.written.get(thing.resource.ref)
    before: Json = source.manifest if source is not None else thing.resource.manifest
    added = [dotted(path) for path in _added(before, thing.resource.manifest, ())]
    if not added:
        return "nothing"
    more = f" and {len(added) - 5} more" if len(added) > 5 else ""
    return ", ".join(added[:5]) + more


def _added(before: Json, after: Json, path: Path) -> Iterator[Path]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in after.items():
            if key not in before:
                yield (*path, key)
            else:
                yield from _added(before[key], value, (*path, key))
    elif isinstance(before, list) and isinstance(after, list):
        for index, (old, new) in enumerate(zip(before, after, strict=False)):
            yield from _added(old, new, (*path, index))
