"""Every value knows the lines that had a say in it, the winner last."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kspec.elaborate import load
from kspec.elaborate.explain import find_path, history
from kspec.source.tree import Json, Path
from tests.elaborate.texts import DESIGNS, design_of

TEXT = """define service_of(name: Name) {
  deployment name {
    replicas: 2
    container app { image: "web:1" }
  }
}
service_of web() {
  replicas: 6
}
env base { deployment/web.replicas: 3 }
env prod extends base {
  deployment/web.replicas: 9
  remove deployment/web.app.image
}
"""


def leaves(value: Json, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list) and value:
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path


def test_all_writers_are_kept_in_order() -> None:
    web = design_of(TEXT, env="prod").written[0]
    path = find_path(web.manifest, "spec.replicas")
    assert path == ("spec", "replicas")
    told = [(w.layer.name, w.span.line, w.value) for w in history(web, path)]
    assert told == [("define service_of", 3, 2), ("service_of web", 8, 6), ("env base", 10, 3), ("env prod", 12, 9)]


def test_a_removal_is_the_last_word_on_what_is_gone() -> None:
    web = design_of(TEXT, env="prod").written[0]
    assert find_path(web.manifest, "spec.template.spec.containers[app].image") is None
    last = history(web, ("spec", "template", "spec", "containers", 0, "image"))[-1]
    assert (last.removed, last.layer.name, last.span.line) == (True, "env prod", 13)


def test_what_kspec_fills_in_says_so() -> None:
    web = design_of(TEXT).written[0]
    labels = find_path(web.manifest, "metadata.labels[app.kubernetes.io/name]")
    assert labels == ("metadata", "labels", "app.kubernetes.io/name")
    assert [w.layer.name for w in history(web, labels)] == ["generated"]


def test_yaml_answers_with_its_own_place() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  a: b\n"
    design = load(["-"], stdin=text).design
    assert design is not None
    (write,) = history(design.written[0], ("data", "a"))
    assert (write.span.line, write.value, write.layer.name) == (6, "b", "YAML")


@pytest.mark.parametrize("env", [None, "dev", "staging"])
def test_every_value_of_the_shop_has_a_place(env: str | None) -> None:
    path = str(DESIGNS / "shop.kspec")
    design = load([path], env=env).design
    assert design is not None
    for resource in design.written:
        for leaf in leaves(resource.manifest):
            span = resource.origin.at(leaf)
            assert span is not None and span.file == path, leaf
            assert resource.origin.key(leaf) is not None


def test_defaults_point_to_what_stands_around_them() -> None:
    design = design_of('deployment web {\n  container app {\n    image: "web:1"\n  }\n}\n')
    resource = design.resources[0]
    path = ("spec", "template", "spec", "containers", 0, "imagePullPolicy")
    assert find_path(resource.manifest, "spec.template.spec.containers[app].imagePullPolicy") == path
    span = resource.origin.at(path)
    assert span is not None and span.line == 2


def test_pools_have_a_place_too() -> None:
    design = design_of("cluster c {\n  nodepool a {\n    count: 2..6\n    machine { cpu: 4 }\n  }\n}\n")
    origin = design.pool_origins["a"]
    spans = [origin.at(path) for path in (("count",), ("count", "high"), ("machine", "cpu"), ())]
    assert [(s.line, s.column) for s in spans if s] == [(3, 12), (3, 15), (4, 20), (2, 3)]
