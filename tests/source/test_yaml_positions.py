"""Every part of a document answers where it was written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kspec.source.text import SourceFile, Span
from kspec.source.tree import Json, Path
from kspec.source.yaml import read_documents

TEXT = """\
# a comment
---
apiVersion: v1
kind: Service
metadata:
  name: "wéb"      # quoted
  labels: {app: web, "tier": front}
spec:
  ports:
  - name: http
    port: 80

  - port: 443
  selector:
  note: |
    two
    lines
base: &base
  - x
copy: *base
merged:
  <<: {deep: 1}
"""


def cut(span: Span | None) -> str:
    """The text of a span."""
    assert span is not None
    lines = TEXT.split("\n")
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    middle = lines[span.line : span.end_line - 1]
    parts = [lines[span.line - 1][span.column - 1 :], *middle, lines[span.end_line - 1][: span.end_column - 1]]
    return "\n".join(parts)


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        (("kind",), "Service", "kind"),
        (("metadata", "name"), '"wéb"', "name"),
        (("metadata", "labels"), '{app: web, "tier": front}', "labels"),
        (("metadata", "labels", "tier"), "front", '"tier"'),
        (("spec", "ports", 1), "port: 443", "port: 443"),
        (("spec", "ports", 0, "port"), "80", "port"),
        (("spec", "ports", 0), "name: http\n    port: 80", "name: http\n    port: 80"),
        (("spec", "selector"), "selector", "selector"),
        (("spec", "note"), "|\n    two\n    lines\n", "note"),
        (("copy",), "*base", "copy"),
        (("copy", 0), "x", "x"),
        (("merged", "deep"), "1", "deep"),
        (("metadata", "namespace"), 'name: "wéb"      # quoted\n  labels: {app: web, "tier": front}', None),
        (("spec", "ports", 7, "x"), "- name: http\n    port: 80\n\n  - port: 443", None),
    ],
)
def test_values_and_keys_are_found_where_they_stand(path: Path, value: str, key: str | None) -> None:
    origin = read_documents(SourceFile("a.yaml", TEXT)).documents[0].origin
    assert cut(origin.at(path)) == value
    assert cut(origin.key(path)) == (value if key is None else key)


def paths(value: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    yield path, value
    if isinstance(value, dict):
        for name, part in value.items():
            yield from paths(part, (*path, name))
    if isinstance(value, list):
        for index, part in enumerate(value):
            yield from paths(part, (*path, index))


TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(alphabet='abé "\\\n:-#', max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc é:", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=150)
@given(TREES, st.booleans(), st.booleans())
def test_the_text_at_a_value_s_place_is_that_value(tree: Json, flow: bool, json_text: bool) -> None:
    """Written as block YAML, flow YAML or JSON, every scalar is found again at the place that the origin gives."""
    manifest = {"apiVersion": "v1", "kind": "X", "tree": tree}
    if json_text:
        import json

        text = json.dumps(manifest, indent=1 if flow else None)
    else:
        text = yaml.safe_dump(manifest, default_flow_style=flow, allow_unicode=True, width=1000)
    (document,) = read_documents(SourceFile("a.yaml", text)).documents
    assert document.value == manifest
    lines = text.split("\n")
    for path, value in paths(manifest):
        span = document.origin.at(path)
        assert span is not None
        if isinstance(value, int) and not isinstance(value, bool):
            assert lines[span.line - 1][span.column - 1 : span.end_column - 1] == str(value)
        if path and isinstance(path[-1], str) and path[-1].isalpha():
            key = document.origin.key(path)
            assert key is not None
            assert lines[key.line - 1][key.column - 1 : key.end_column - 1].strip("\"'? ") in (
                path[-1],
                "\\u00e9",
                _escaped(path[-1]),
            )


def _escaped(text: str) -> str:
    return text.replace("é", "\\u00e9")
