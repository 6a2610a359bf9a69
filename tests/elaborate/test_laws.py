"""Laws: order does not matter where nobody states it, blocks are maps, values survive, nothing raises."""

from __future__ import annotations

import json
import random
import string
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kspec.source.tree import Json
from tests.elaborate.texts import DESIGNS, design_of, load_text, load_texts, manifests

PARTS = (
    'param tag: string = "1.4.2"',
    "let zones = [for_zone(1), for_zone(2)]",
    'fn for_zone(n: int) -> string = "zone-${n + offset}"',
    "let offset = 3",
    "define app(name: Name, replicas: int = 2) {\n"
    '  deployment name { replicas: replicas  container app { image: "app:${tag}" } }\n'
    "  pdb name { minAvailable: 1 }\n}",
    'namespace shop { app web()  service web { target: web  port http: 80 }  labels: { team: "a" } }',
    "namespace shop { app api(replicas: size(zones)) { minReadySeconds: 5s } }",
    "cluster prod { for z in zones { nodepool z { zone: z  count: 1  machine { cpu: 4 } } } }",
    'for z in zones { configmap "in-${z}" { data { zone: z } } }',
    "env dev { namespace shop { deployment/web.replicas: 1 } }",
    'env dev { tag: "latest" }',
    'env dev { namespace shop { deployment/api.app.env: { LEVEL: "debug" }  remove pdb/api } }',
    "invariant up: always web.available >= 1",
)


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 4), st.sampled_from([None, "dev"]))
def test_the_order_of_declarations_and_files_does_not_matter(
    shuffler: random.Random, files: int, env: str | None
) -> None:
    parts = list(PARTS)
    shuffler.shuffle(parts)
    texts = ["\n".join(parts[i::files]) for i in range(files)]
    with tempfile.TemporaryDirectory() as folder:
        expected = load_texts(Path(folder), "\n".join(PARTS), env=env)
        found = load_texts(Path(folder), *texts, env=env)
    assert expected.design is not None and found.design is not None
    assert manifests(found.design) == manifests(expected.design)
    assert sorted(map(str, found.design.cluster.pools)) == sorted(map(str, expected.design.cluster.pools))
    assert {p.name for p in found.design.properties} == {p.name for p in expected.design.properties}


OVERLAYS = (
    "deployment/web.replicas: 7",
    "deployment/web.minReadySeconds: 30s",
    'deployment/web.app.image: "web:2"',
    "deployment/web.app.resources: { cpu: 2..4 }",
    'deployment/web.app.env: { LEVEL: "debug" }',
    'deployment/web.app.env.MODE: "slow"',
    "remove deployment/web.log",
    "deployment/web.labels: { stage: dev }",
    "deployment/web.strategy.rollingUpdate.maxSurge: 50%",
    "hpa/web.replicas: 1..2",
    "hpa/web.cpu: 50%",
    "remove pdb/web",
    'service/web.annotations: { "example.com/owner": "me" }',
    "configmap debug { }",
)
BASE = """
deployment web {
  replicas: 2
  container app { image: "web:1"  resources { cpu: 1 }  env { MODE: "fast" } }
  container log { image: "log:1" }
}
service web { target: web  port http: 80 }
hpa web { replicas: 3..12  cpu: 70% }
pdb web { minAvailable: 1 }
"""


@settings(max_examples=25, deadline=None)
@given(st.permutations(OVERLAYS), st.integers(0, len(OVERLAYS)), st.integers(0, len(OVERLAYS)))
def test_overlays_of_different_paths_commute(order: list[str], taken: int, cut: int) -> None:
    chosen = sorted(order[:taken], key=OVERLAYS.index)
    straight = design_of(BASE + "env dev {\n" + "\n".join(chosen) + "\n}\n", env="dev")
    shuffled = order[:taken]
    halves = "\n".join(shuffled[:cut]), "\n".join(shuffled[cut:])
    mixed = design_of(BASE + "".join(f"env dev {{\n{half}\n}}\n" for half in halves), env="dev")
    assert manifests(mixed) == manifests(straight)


def test_two_overlays_of_one_path_are_a_conflict_in_either_order() -> None:
    for pair in (("replicas: 1", "replicas: 2"), ("replicas: 2", "replicas: 1")):
        text = BASE + "".join(f"env dev {{ deployment/web.{item} }}\n" for item in pair)
        assert [d.rule.id for d in load_text(text, "dev").diagnostics] == ["KS0007"]


KEYS = st.text(string.ascii_letters, min_size=1, max_size=6)
SCALARS = (
    st.booleans()
    | st.integers(-(2**31), 2**31)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
    | st.sampled_from(['say "hi"', "a\\b", "two\nlines", "$x", "${y}", "it's", "", "5m", "true", "null"])
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))


def show(value: Json, *, block: bool = False) -> str:
    """A value as kspec text."""
    match value:
        case dict():
            if block:
                return " ".join(f"{k}: {show(v)}" for k, v in value.items())
            return "{ " + ", ".join(f"{k}: {show(v)}" for k, v in value.items()) + " }"
        case list():
            return "[" + ", ".join(show(v) for v in value) + "]"
        case str():
            return json.dumps(value, ensure_ascii=False).replace("$", "$$")
        case _:
            return json.dumps(value)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4))
def test_a_value_of_a_custom_resource_comes_out_as_it_went_in(spec: dict[str, Json]) -> None:
    written = design_of(f"resource acme.io/v1 Thing x {{ spec: {show(spec)} }}").written[0].manifest
    assert written["spec"] == spec


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4))
def test_a_block_is_a_map(spec: dict[str, Json]) -> None:
    as_block = design_of(f"resource acme.io/v1 Thing x {{ spec {{ {show(spec, block=True)} }} }}")
    as_map = design_of(f"resource acme.io/v1 Thing x {{ spec: {show(spec)} }}")
    assert manifests(as_block) == manifests(as_map)


SHOP = (DESIGNS / "shop.kspec").read_text(encoding="utf-8")
PIECES = (
    "{",
    "}",
    ":",
    "..",
    "->",
    "5m",
    "web",
    "1",
    '"x"',
    "[",
    "]",
    "remove ",
    "env ",
    "for z in zones ",
    "@allow ",
    "${tag}",
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SHOP)), st.integers(0, 12), st.sampled_from(PIECES)), max_size=4))
def test_no_text_makes_kspec_stumble(edits: list[tuple[int, int, str]]) -> None:
    text = SHOP
    for at, cut, piece in edits:
        text = text[:at] + piece + text[at + cut :]
    loaded = load_text(text)
    assert (loaded.design is None) == loaded.diagnostics.has_errors
    assert all(d.span is None or d.span.line >= 1 for d in loaded.diagnostics)
