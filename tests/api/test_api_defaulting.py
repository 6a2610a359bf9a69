"""Defaults: what is filled in, and that filling in twice is filling in once."""

from __future__ import annotations

import copy
import json
import time
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kspec.api.defaulting import default
from kspec.api.request import read_sent
from kspec.api.validation import validate
from kspec.domain.objects import Resource
from kspec.source.tree import Object
from kspec.source.yaml import Document

CASES = Path(__file__).parents[1] / "conformance" / "admission" / "cases"


def written(path: Path) -> list[Object]:
    sent = read_sent(path.name, path.read_text("utf-8"))
    return [s.written.value for s in sent if isinstance(s.written, Document)]


SAMPLES = [manifest for case in sorted(CASES.iterdir()) for manifest in written(case / "input" / "object.yaml")]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.sampled_from(["", "x", "A_b", "10%", "128m", "-1Gi", "a/b/c", "..", "*", "None", "10.0.0.1", "::1", "object.a"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["name", "a", "key"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, part in parts for place in places(part, (*path, key)))]


@st.composite
def spoilt(draw: st.DrawFn) -> Resource:
    """A recorded object in which one or two values are others, or gone."""
    manifest: Any = copy.deepcopy(draw(st.sampled_from(SAMPLES)))
    for _ in range(draw(st.integers(1, 2))):
        path = draw(
            st.sampled_from([p for p in places(manifest) if p and p not in (("kind",), ("apiVersion",))] or [()])
        )
        if not path:
            break
        owner = manifest
        for part in path[:-1]:
            owner = owner[part]
        if draw(st.booleans()):
            owner[path[-1]] = draw(VALUES)
        else:
            del owner[path[-1]]
    return Resource(manifest)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(spoilt())
def test_defaulting_twice_is_defaulting_once(resource: Resource) -> None:
    once = default(resource)
    assert default(once).manifest == once.manifest


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(spoilt())
def test_no_object_is_too_odd_to_be_judged(resource: Resource) -> None:
    before = json.dumps(resource.manifest)
    validate(resource)
    assert json.dumps(resource.manifest) == before


def test_an_unknown_kind_and_a_wrong_shape_stay_as_they_are() -> None:
    for manifest in (
        {"apiVersion": "example.com/v1", "kind": "Widget"},
        {"apiVersion": "v1", "kind": "Pod", "spec": []},
    ):
        assert default(Resource(manifest)).manifest == manifest


def test_five_thousand_objects_are_completed_and_judged_in_five_seconds() -> None:
    ok = [m for name in ("deployment-ok", "service-v-multi") for m in written(CASES / name / "input" / "object.yaml")]
    started = time.process_time()
    for manifest in ok * 2500:
        assert not validate(default(Resource(manifest)))
    assert time.process_time() - started < 5
