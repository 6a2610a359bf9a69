"""The law of import: what is imported and built again is the same object."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings

from kspec.domain.objects import Resource
from kspec.elaborate import load
from kspec.elaborate.objects.kinds import Kinds
from kspec.emit.language.compare import difference
from kspec.emit.language.convert import convert, kinds_of, read_manifests
from kspec.emit.language.text import Manifest, text_of
from kspec.source.tree import Object
from kspec.syntax.format import format_text
from tests.language.objects import CATALOGUE, objects

SHARED = Path(__file__).resolve().parents[3] / "shared" / "manifests"
APPLICATIONS = [path for name in ("guestbook", "cassandra", "online-boutique.yaml") if (path := SHARED / name).exists()]
STACK = sorted((SHARED / "kube-prometheus").glob("*.yaml"))
DEFINITIONS = sorted((SHARED / "kube-prometheus" / "setup").glob("*.yaml"))


def differences(manifests: list[Object], text: str) -> list[tuple[str, object]]:
    """The objects that a text makes otherwise, and those it makes besides."""
    loaded = load(["-"], stdin=text)
    assert loaded.design is not None, [f"{d.span}: {d.message}" for d in loaded.diagnostics if d.is_error][:5]
    made = {r.ref: r.manifest for r in loaded.design.written}
    found: list[tuple[str, object]] = []
    for manifest in manifests:
        again = made.pop(Resource(manifest).ref, None)
        path = () if again is None else difference(manifest, again, "1.36")
        if path is not None:
            found.append((str(Resource(manifest).ref), path))
    return found + [(str(ref), "besides") for ref in made]


@pytest.mark.parametrize("paths", [*([p] for p in APPLICATIONS), *([STACK] if STACK else [])], ids=lambda p: p[0].stem)
def test_real_manifests_come_back(paths: list[Path]) -> None:
    source = read_manifests([str(p) for p in paths], None)
    text = text_of(source.manifests, kinds_of(source))
    assert differences([m.value for m in source.manifests], text) == []
    assert format_text(text) == text


@pytest.mark.parametrize("path", [*STACK[::7]], ids=lambda p: p.stem)
def test_every_file_comes_back_alone(path: Path) -> None:
    source = read_manifests([str(path)], None)
    converted = convert(source)
    assert not source.diagnostics.has_errors
    assert differences([m.value for m in source.manifests], converted.text) == []


@pytest.mark.slow
@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda p: p.stem)
def test_definitions_come_back(path: Path) -> None:
    source = read_manifests([str(path)], None)
    text = text_of(source.manifests, kinds_of(source))
    assert differences([m.value for m in source.manifests], text) == []


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(objects())
def test_any_object_comes_back(manifest: Object) -> None:
    assume(load(["-"], stdin=json.dumps(manifest)).design is not None)
    text = text_of([Manifest(manifest)], Kinds(CATALOGUE))
    assert differences([manifest], text) == [], text
    assert format_text(text) == text
