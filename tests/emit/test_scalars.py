"""Laws of the YAML filter: whatever is written is read back as it was meant, by kubectl's rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.domain.objects import Resource
from kspec.emit.manifests.render import render
from kspec.emit.scalars import scalar
from kspec.source.text import SourceFile
from kspec.source.yaml import read_documents

SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=40)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1, max_size=12), inner, max_size=4),
    max_leaves=12,
)


def read_back(text: str) -> object:
    reading = read_documents(SourceFile("out.yaml", text))
    assert not reading.broken and not any(d.is_error for d in reading.diagnostics), reading
    (document,) = reading.documents
    return document.value


@given(st.dictionaries(st.text(min_size=1, max_size=12), VALUES, min_size=1, max_size=4))
def test_parsing_a_rendered_manifest_gives_back_the_object(data: dict[str, object]) -> None:
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "extra": data}
    assert read_back(render(Resource(manifest))) == manifest


WORDS = ["yes", "No", "y", "on", "null", "~", "1.20", "08", "0o14", "1_000", "12:30:45", "1e3", "2001-01-01", "=", "<<"]
MARKS = ["", " a", "a ", "a: b", "a #b", "#a", "- a", "*a", "&a", "!a", "%a", "@a", "`a", "{a", "[a", "'a", '"a', "a:"]
ODD = ["---", "...", ".inf", "-1", "+1", ".5", "0x1f", "1.", "\t", "a\tb", "a\r\nb", "\n", "a\n", "a\n\nb\n\n", " a\nb"]


@pytest.mark.parametrize("text", [*WORDS, *MARKS, *ODD])
def test_strings_that_yaml_would_take_for_something_else_stay_strings(text: str) -> None:
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "data": {"k": text}}
    assert read_back(render(Resource(manifest))) == manifest


@pytest.mark.parametrize(
    "text", ["web", "registry.k8s.io/pause:3.9", "512Mi", "250m", "IfNotPresent", "10.0.0.1", "/var/lib"]
)
def test_ordinary_strings_are_written_plain(text: str) -> None:
    assert scalar(text) == text


def test_lines_become_a_literal_block() -> None:
    assert scalar("a\nb\n", 2) == "|\n  a\n  b"
