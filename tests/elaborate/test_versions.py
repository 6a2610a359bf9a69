"""Designs for a range of Kubernetes versions: the oldest has a say too."""

from __future__ import annotations

import pytest

from kspec.elaborate import load

POD = """
  pod web {
    container app { image: "web:1" }
    resources { limits { cpu: "1" } }
  }
"""


@pytest.mark.parametrize(
    ("versions", "told"),
    [
        ('"1.34"', []),
        ('"1.34..1.36"', []),
        ("1.34..1.36", []),
        ('"1.30..1.36"', ["KS1103 `spec` has no field `resources` in Kubernetes 1.30: it is new in 1.32"]),
        ('"1.36..1.34"', ["KS0003 `1.36..1.34` is no Kubernetes version that kspec knows"]),
        ('"1.34.."', ["KS0003 `1.34..` is no Kubernetes version that kspec knows"]),
        ('"1.1..1.36"', ["KS0003 `1.1..1.36` is no Kubernetes version that kspec knows"]),
    ],
)
def test_what_an_older_version_of_the_range_lacks_is_told(versions: str, told: list[str]) -> None:
    loaded = load(["-"], stdin=f"kubernetes: {versions}\nnamespace shop {{ {POD} }}\n")
    assert [f"{d.rule.id} {d.message}" for d in loaded.diagnostics if d.is_error] == told
    if loaded.design is not None:
        assert (loaded.design.oldest, loaded.design.kubernetes) in {("1.34", "1.34"), ("1.34", "1.36")}


def test_an_object_that_an_older_version_does_not_serve_is_told() -> None:
    schema = 'flowschema f { spec { priorityLevelConfiguration { name: "x" } } }'
    loaded = load(["-"], stdin=f'kubernetes: "1.28..1.36"\n{schema}\n')
    (told,) = (d for d in loaded.diagnostics if d.is_error)
    assert told.message.startswith("flowcontrol.apiserver.k8s.io/v1 FlowSchema is new in Kubernetes 1.29")
