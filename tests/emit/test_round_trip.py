"""Laws of output: what was read is written unchanged, and what is written the API server takes without a word."""

from __future__ import annotations

from collections import Counter

import pytest

from kspec.api.request import read_sent, validate
from kspec.elaborate import load
from kspec.emit.manifests.render import render_all
from kspec.emit.packages.package import applied
from kspec.source.text import SourceFile
from kspec.source.tree import Object
from kspec.source.yaml import Document, read_documents
from tests.running import DESIGNS, MANIFESTS


def read(text: str) -> list[Object]:
    return [document.value for document in read_documents(SourceFile("manifest.yaml", text)).documents]


@pytest.mark.skipif(not MANIFESTS.is_dir(), reason="the manifests of real applications are not part of the project")
@pytest.mark.parametrize("name", ["cassandra", "guestbook", "online-boutique.yaml", "kube-prometheus"])
def test_every_document_survives_import_model_and_emission(name: str) -> None:
    path = MANIFESTS / name
    files = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    before = Counter(in_order(manifest) for file in files for manifest in read(file.read_text("utf-8")))
    design = load([str(path)]).design
    assert design is not None
    after = Counter(in_order(m) for rendered in render_all(applied(design)) for m in read(rendered.text))
    assert before
    assert after == before


def in_order(value: object) -> str:
    """The text of a value, whatever the order of its fields."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k!r}: {in_order(value[k])}" for k in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(in_order, value)) + "]"
    return repr(value)


@pytest.mark.parametrize("env", [None, "dev", "staging"])
def test_what_a_design_comes_to_is_taken_without_a_warning(env: str | None) -> None:
    design = load([str(DESIGNS / "shop.kspec")], env=env).design
    assert design is not None
    sent = [s for m in render_all(applied(design)) for s in read_sent(m.file, m.text)]
    assert all(isinstance(s.written, Document) for s in sent)
    answers = validate(sent)
    assert [(str(a.ref), a.refusal, a.warnings) for a in answers if a.refusal or a.warnings] == []
