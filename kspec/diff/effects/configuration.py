"""Changed ConfigMaps and Secrets, and who sees the new values when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kspec.api.fields import objects, text
from kspec.diff.effects.both import Both
from kspec.diff.objects import Altered
from kspec.diff.rules import NOT_SEEN, RESTART
from kspec.domain.expansion import namespace_of
from kspec.lint.rule import on
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic
from kspec.source.tree import Object

_DATA = ("data", "binaryData", "stringData")
_VARIABLES = {"ConfigMap": ("configMapKeyRef", "configMapRef"), "Secret": ("secretKeyRef", "secretRef")}


@dataclass(frozen=True, slots=True)
class _Reach:
    """How a pod gets at a ConfigMap or Secret."""

    at_start: bool
    """Through variables or subPath mounts: as it was when the container started."""
    followed: bool
    """Through a volume: new values come within a minute or so."""


def configuration(both: Both, restarted: frozenset[int]) -> Iterator[Diagnostic]:
    """For each ConfigMap and Secret whose data changes: which running pods do not see it."""
    for altered in both.altered:
        new = altered.after
        if altered.before is None or new is None or new.kind not in _VARIABLES or not _data_changed(altered):
            continue
        blind: list[str] = []
        followers: list[str] = []
        for pods in both.after.pods_in(namespace_of(new)):
            reach = _reach(pods, new.kind, new.name)
            if pods.key in restarted or pods.kind in ("Job", "CronJob") or reach is None:
                continue
            (blind if reach.at_start else followers).append(str(pods))
        if blind:
            words = f"{new.kind} {new.name} changes, and running pods of {', '.join(blind)} keep the old values"
            help = "restart them, or put a digest of the data into an annotation of the template"
            yield on(NOT_SEEN, new, ("data",), words, help, key=True)
        if followers:
            words = f"{new.kind} {new.name}: pods of {', '.join(followers)} see new files within about a minute"
            yield on(RESTART, new, ("data",), words, key=True)


def _data_changed(altered: Altered) -> bool:
    return any(change.path[0] in _DATA for change in altered.fields)


def _reach(pods: PodSource, kind: str, name: str) -> _Reach | None:
    containers = [*objects(pods.raw, "initContainers"), *objects(pods.raw, "containers")]
    volumes = {text(v, "name") for v in objects(pods.raw, "volumes") if _is_from(v, kind, name)}
    mounts = [m for c in containers for m in objects(c, "volumeMounts") if text(m, "name") in volumes]
    fixed = any(text(m, "subPath") or text(m, "subPathExpr") for m in mounts)
    variables = any(_has_variables(c, kind, name) for c in containers)
    if not (volumes or variables):
        return None
    return _Reach(at_start=fixed or variables, followed=bool(volumes))


def _has_variables(container: Object, kind: str, name: str) -> bool:
    key, whole = _VARIABLES[kind]
    single = (text(v, "valueFrom", key, "name") for v in objects(container, "env"))
    every = (text(v, whole, "name") for v in objects(container, "envFrom"))
    return name in (*single, *every)


def _is_from(volume: Object, kind: str, name: str) -> bool:
    field, named = ("configMap", "name") if kind == "ConfigMap" else ("secret", "secretName")
    parts = (text(source, field, "name") for source in objects(volume, "projected", "sources"))
    return name in (text(volume, field, named), *parts)
