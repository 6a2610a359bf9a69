"""Rules find something or nothing in whatever the schema lets through; they never raise."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kspec.elaborate import load
from kspec.lint.index import Index
from kspec.lint.rule import all_rules, run
from kspec.source.text import SourceFile
from kspec.source.yaml import read_documents
from tests.lint.test_examples import WITH_EXAMPLES, examples

OBJECTS: list[dict[str, Any]] = [
    d.value  # type: ignore[misc]
    for rule in WITH_EXAMPLES
    for text in examples(rule).values()
    for d in read_documents(SourceFile("x.yaml", text)).documents
]
ODD = st.sampled_from(
    [None, "", "x", "0", 0, -1, 2**40, True, {}, [], [{}], {"a": "b"}, "100%", "1e3", "$(X)", "a.b.c"]
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [p for key, part in inner for p in [(*path, key), *places(part, (*path, key))]]


@st.composite
def designs(draw: st.DrawFn) -> str:
    """Some objects of the examples, each with a few of its parts taken away or replaced."""
    chosen = draw(st.lists(st.sampled_from(OBJECTS), min_size=1, max_size=4))
    out = []
    for manifest in map(deepcopy, chosen):
        for path in draw(st.lists(st.sampled_from(places(manifest)), max_size=2)):
            owner: Any = manifest
            for part in path[:-1]:
                owner = owner[part] if isinstance(owner, dict | list) and _has(owner, part) else None
            if owner is not None and _has(owner, path[-1]) and path[0] not in ("apiVersion", "kind"):
                if draw(st.booleans()):
                    del owner[path[-1]]
                else:
                    owner[path[-1]] = draw(ODD)
        out.append(json.dumps(manifest))
    return "\n---\n".join(out)


def _has(owner: Any, part: Any) -> bool:
    if isinstance(owner, dict):
        return part in owner
    return isinstance(owner, list) and isinstance(part, int) and part < len(owner)


@settings(max_examples=150, deadline=None)
@given(designs())
def test_all_rules_take_whatever_the_schema_takes(text: str) -> None:
    loaded = load(["-"], stdin=text)
    design = loaded.design or loaded.ambiguous
    if design is not None:
        found = run(Index.of_design(design), all_rules())
        assert all(d.message and d.object for d in found)
