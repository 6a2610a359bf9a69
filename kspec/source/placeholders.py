"""Placeholders of templates that nobody filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kspec.source.tree import Json, Object, Path

PLACEHOLDER = re.compile(r"\{\{.{0,400}?\}\}|\{%.{0,400}?%\}|\$\{[A-Za-z_][^}]{0,400}\}|\$\([A-Za-z_][\w.-]{0,400}\)")
"""Bounded, so that a text of nothing but openings takes no more than linear time."""
_BARE = re.compile(r"\{\{|\{%|\$\{[A-Za-z_]")
_HELM = re.compile(r"\{\{[^}]{0,400}\.(?:Values|Release|Chart|Capabilities|Template)\b")
_FREE_TEXT = frozenset(("data", "stringData", "binaryData", "annotations", "command", "args", "script"))
_CORE_GROUPS = frozenset(("apps", "batch", "policy", "autoscaling", "extensions"))


def bare_placeholder(text: str, offset: int) -> tuple[int, int] | None:
    """The placeholder that explains why `text` is not YAML from `offset` on: on that line, or as a line before it."""
    position = 0
    for line in text.splitlines(keepends=True):
        found = _BARE.search(line)
        here = position <= offset < position + len(line)
        if found and not line.lstrip().startswith("#") and (here or not line[: found.start()].strip(" \t-")):
            match = PLACEHOLDER.match(line, found.start())
            return position + found.start(), position + (match.end() if match else len(line.rstrip()))
        if here:
            return None
        position += len(line)
    return None


def may_have_placeholders(text: str) -> bool:
    """A quick look whether `left_over` could find anything."""
    return "{{" in text or "${" in text or "$(" in text


def left_over(value: Object) -> Iterator[tuple[Path, str]]:
    """Placeholders in strings where no one will fill them in any more, with their paths.

    Helm's own objects (`.Values`, `.Release`, ...) are left over wherever they stand, unless in free text. Other
    placeholders are common in text that programs read later (rules, scripts, dashboards), so only what names an object
    counts.
    """
    api_version = value.get("apiVersion")
    for path, text in _strings(value, ()):
        match = PLACEHOLDER.search(text)
        if match and _names_something(path, api_version):
            yield path, match[0]
        elif (helm := _HELM.search(text)) and "\n" not in text and not _FREE_TEXT & set(path):
            yield path, text[helm.start() :].split("}}")[0] + "}}"


def _names_something(path: Path, api_version: Json) -> bool:
    match path:
        case ("apiVersion" | "kind",) | ("metadata", "name" | "namespace" | "generateName") | ("metadata", "labels", _):
            return True
        case (*_, "image") | (*_, "metadata", "labels", _) | ("spec", "nodeName" | "serviceName" | "storageClassName"):
            return _is_builtin(api_version)
        case _:
            return False


def _is_builtin(api_version: Json) -> bool:
    """Whether a kind is Kubernetes' own; custom resources have placeholders of their own (Tekton, Argo)."""
    group, slash, _ = str(api_version).rpartition("/")
    return not slash or group in _CORE_GROUPS or group.endswith(".k8s.io")


def _strings(value: Json, path: Path) -> Iterator[tuple[Path, str]]:
    match value:
        case str():
            yield path, value
        case dict():
            for key, part in value.items():
                yield from _strings(part, (*path, key))
        case list():
            for index, part in enumerate(value):
                yield from _strings(part, (*path, index))
        case _:
            return
