"""Which files of a folder are parts of a kustomization rather than objects.

Upstream: sigs.k8s.io/kustomize, api/types/kustomization.go and api/konfig/general.go.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kspec.source import disk
from kspec.source.decode import decode
from kspec.source.diagnostic import Diagnostic
from kspec.source.rules import KUSTOMIZATION
from kspec.source.text import Span
from kspec.source.tree import Json
from kspec.source.yaml.events import YamlError
from kspec.source.yaml.scalars import Dialect
from kspec.source.yaml.values import read_value

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_GROUP = "kustomize.config.k8s.io/"
_PATHS = ("patchesStrategicMerge", "configurations", "transformers", "generators", "validators")
_WITH_PATH = ("patches", "patchesJson6902", "replacements")
_GENERATORS = ("configMapGenerator", "secretGenerator")


@dataclass(frozen=True, slots=True)
class Kustomizations:
    """The kustomizations among some files: their own files, and those that they name as patches and other parts."""

    own: tuple[str, ...] = ()
    parts: frozenset[str] = frozenset()

    def remark(self, folder: str) -> Diagnostic:
        """What to say of them, once for all."""
        several = len(self.own) > 1
        what = f"{len(self.own)} kustomizations" if several else "a kustomization"
        message = (
            f"`{folder}` holds {what}: kspec does not build {'them' if several else 'it'}, and reads the files as "
        )
        message += "they are"
        if self.parts:
            count = len(self.parts)
            message += f"; {count} files with parts of objects are" if count > 1 else "; a file with a part of one is"
            message += " left out"
        top = posixpath.dirname(self.own[-1]) or "."
        help = (
            f"to see what is deployed, give kspec what kustomize makes of it: `kustomize build {top} | kspec check -`"
        )
        return Diagnostic(KUSTOMIZATION, message, Span.point(self.own[0], 1, 1), help=help)


NONE = Kustomizations()


def kustomizations(files: tuple[str, ...]) -> Kustomizations:
    """The kustomizations in the folders of some files. One that cannot be read is left to whoever reads it next."""
    own: list[str] = []
    parts: set[str] = set()
    for folder in dict.fromkeys(posixpath.dirname(file) for file in files):
        for name in NAMES:
            path = posixpath.join(folder, name)
            found = _read(path)
            if found is not None:
                own.append(path)
                parts |= {posixpath.normpath(posixpath.join(folder, part)) for part in _named(found)}
                break
    return Kustomizations(tuple(own), frozenset(f for f in files if posixpath.normpath(f) in parts)) if own else NONE


def _read(path: str) -> Mapping[str, Json] | None:
    """What a kustomization says; None where there is none."""
    try:
        data = disk.content(path) if disk.is_file(path) else None
    except OSError:
        return None
    text = decode(path, data) if data is not None else None
    if not isinstance(text, str):
        return None
    try:
        value = read_value(text, Dialect.KUBECTL).value
    except YamlError:
        return None
    stated = value.get("apiVersion", _GROUP) if isinstance(value, dict) else None
    return value if isinstance(value, dict) and isinstance(stated, str) and stated.startswith(_GROUP) else None


def _named(kustomization: Mapping[str, Json]) -> Iterator[str]:
    """The paths of the files that are parts: patches, settings of transformers, what generators put into objects."""
    for field in _PATHS:
        yield from _texts(kustomization.get(field))
    for field in _WITH_PATH:
        for entry in _entries(kustomization.get(field)):
            yield from _texts(entry.get("path"))
    for field in _GENERATORS:
        for entry in _entries(kustomization.get(field)):
            for source in ("files", "envs", "env"):
                yield from (path.rpartition("=")[2] for path in _texts(entry.get(source)))
    for chart in _entries(kustomization.get("helmCharts")):
        yield from _texts(chart.get("valuesFile"))
        yield from _texts(chart.get("additionalValuesFiles"))
    for entry in _entries([kustomization.get("openapi")]):
        yield from _texts(entry.get("path"))


def _texts(value: Json) -> Iterator[str]:
    """The lines of text in a value that is one or a list of them; a patch written in place is no path."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and item and "\n" not in item:
            yield item


def _entries(value: Json) -> Iterator[Mapping[str, Json]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())
