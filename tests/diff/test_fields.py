"""What differs between two versions of an object."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.diff.fields import field_changes, ours


def told(old: Any, new: Any) -> list[tuple[str, Any, Any]]:
    return [(c.name, c.before, c.after) for c in field_changes({"spec": old}, {"spec": new})]


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [("spec.a", 1, 2)]),
        ({"a": 1}, {"a": True}, [("spec.a", 1, True)]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3, "c": 2}}, [("spec.a.b", 1, 3)]),
        ({}, {"a": 1}, [("spec.a", None, 1)]),
        ({"a": [1]}, {}, [("spec.a", [1], None)]),
        ({"a": ["x", "y"]}, {"a": ["x", "z"]}, [("spec.a", ["x", "y"], ["x", "z"])]),
        (
            {"c": [{"name": "a", "image": "1"}, {"name": "b", "image": "1"}]},
            {"c": [{"name": "n"}, {"name": "a", "image": "2"}]},
            [
                ("spec.c[n]", None, {"name": "n"}),
                ("spec.c[a].image", "1", "2"),
                ("spec.c[b]", {"name": "b", "image": "1"}, None),
            ],
        ),
        (
            {"c": [{"name": "a"}, {"name": "b"}]},
            {"c": [{"name": "b"}, {"name": "a"}]},
            [("spec.c (order)", ["a", "b"], ["b", "a"])],
        ),
        ({"c": [{"x": 1}]}, {"c": [{"x": 2}]}, [("spec.c", [{"x": 1}], [{"x": 2}])]),
        (
            {"ports": [{"port": 80, "protocol": "TCP"}, {"port": 80, "protocol": "UDP"}]},
            {"ports": [{"port": 80, "protocol": "TCP"}]},
            [("spec.ports", [{"port": 80, "protocol": "TCP"}, {"port": 80, "protocol": "UDP"}],
              [{"port": 80, "protocol": "TCP"}])],
        ),
    ],
)  # fmt: skip
def test_changes_are_told_field_by_field(old: Any, new: Any, changes: list[Any]) -> None:
    assert told(old, new) == changes


def test_what_the_server_writes_is_no_change() -> None:
    old = {"metadata": {"name": "a", "annotations": {"x": "y"}}, "spec": 1}
    new = {
        "metadata": {
            "name": "a",
            "namespace": "default",
            "uid": "1",
            "resourceVersion": "7",
            "managedFields": [],
            "annotations": {"x": "y", "kubectl.kubernetes.io/last-applied-configuration": "{}"},
        },
        "spec": 1,
        "status": {"phase": "Running"},
    }
    assert field_changes(old, new) == ()


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from("ab"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "port", "x"]), inner),
    max_leaves=8,
)
_OBJECTS = st.dictionaries(st.sampled_from(["spec", "data", "metadata"]), _VALUES)


@given(_OBJECTS, _OBJECTS)
def test_there_are_no_changes_exactly_where_nothing_differs(old: Any, new: Any) -> None:
    same = repr(_sorted(ours(old))) == repr(_sorted(ours(new)))
    assert (field_changes(old, new) == ()) == same
    assert field_changes(old, old) == ()


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _sorted(v) for k, v in sorted(value.items())}
    return [_sorted(v) for v in value] if isinstance(value, list) else value
