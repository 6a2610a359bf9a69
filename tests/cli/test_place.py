"""Asking for a placement from the command line: what survives, what has room, and repairs in the files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running import DESIGNS, Ran

CROWDED = DESIGNS / "broken" / "crowded.kspec"
NODES = """\
apiVersion: v1
kind: Node
metadata: {name: n1, labels: {kubernetes.io/hostname: n1}}
spec:
  taints:
    - {key: dedicated, effect: NoSchedule}  # kept for us
status: {allocatable: {cpu: "2", memory: 4Gi, pods: "110"}}
---
apiVersion: v1
kind: Node
metadata: {name: n2, labels: {kubernetes.io/hostname: n2}}
status: {allocatable: {cpu: "1", memory: 4Gi, pods: "110"}}
"""
WEB = """\
# the shop's front
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3  # one a zone
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      tolerations:
        - {key: other, operator: Exists}
      containers:
        - name: web
          image: "web:1"
          resources:
            requests: {cpu: "900m"}
"""


def _repairs(kspec: Callable[..., Ran], *paths: Path) -> dict[str, int]:
    ran = kspec("place", *paths, "--format", "json")
    assert ran.code == 1
    return {r["description"]: n for n, r in enumerate(ran.json["repairs"], 1)}


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_every_repair_of_a_kspec_design_can_be_written_and_then_everything_fits(
    kspec: Callable[..., Ran], tmp_path: Path, number: int
) -> None:
    design = tmp_path / "crowded.kspec"
    design.write_text(CROWDED.read_text())
    shown = kspec("place", design, "--diff", "--repair", str(number))
    assert shown.code == 1 and design.read_text() == CROWDED.read_text()
    fixed = kspec("place", design, "--fix", "--repair", str(number))
    assert fixed.code == 0
    assert fixed.out.split("written: ")[1] == shown.out.split("would write: ")[1]
    changed = set(design.read_text().splitlines()) ^ set(CROWDED.read_text().splitlines())
    assert 1 <= len(changed) <= 2
    assert kspec("place", design).code == 0


def test_yaml_keeps_its_comments_and_layout(kspec: Callable[..., Ran], tmp_path: Path) -> None:
    nodes, web = tmp_path / "nodes.yaml", tmp_path / "web.yaml"
    for wanted, lines in (
        ("2 replicas", ["  replicas: 2  # one a zone"]),
        ("let shop/web tolerate", ["        - key: dedicated"]),
        ("1 more node like n2", ["  name: n2-extra-1"]),
        ("lower the cpu", ["            requests: {cpu: "]),
    ):
        nodes.write_text(NODES)
        web.write_text(WEB)
        known = _repairs(kspec, nodes, web)
        number = next((n for text, n in known.items() if text.startswith(wanted)), None)
        if number is None:
            continue
        ran = kspec("place", nodes, web, "--fix", "--repair", str(number))
        assert ran.code == 0, (wanted, ran.err)
        text = nodes.read_text() + web.read_text()
        assert all(any(line in found for found in text.splitlines()) for line in lines), (wanted, text)
        assert "# the shop's front" in text and "# kept for us" in text
        assert kspec("place", nodes, web).code == 0


def test_the_text_of_a_loop_is_changed_only_if_everything_fits_then(kspec: Callable[..., Ran], tmp_path: Path) -> None:
    design = tmp_path / "loop.kspec"
    design.write_text(
        'kubernetes: "1.36"\ncluster c {\n  for z in ["a", "b"] {\n'
        '    nodepool "p-${z}" { zone: z  count: 1  machine { cpu: 2  memory: 4Gi } }\n  }\n}\n'
        'namespace shop {\n  deployment web {\n    replicas: 3\n    container app { image: "web:1"  '
        "resources { cpu: 1500m } }\n  }\n}\n"
    )
    number = next(n for text, n in _repairs(kspec, design).items() if text.startswith("1 more node in pool p-a"))
    ran = kspec("place", design, "--fix", "--repair", str(number))
    assert ran.code == 0 and "pool p-b" in ran.out
    assert "count: 2" in design.read_text()


def test_a_fate_is_told_in_text_and_json_and_by_the_exit_code(kspec: Callable[..., Ran]) -> None:
    shop = DESIGNS / "shop.kspec"
    ran = kspec("place", shop, "--survive", "node general-a-1", "--format", "json")
    assert (ran.code, ran.json["survive"]["verdict"], ran.json["survive"]["ways"]) == (0, "survives", 1)
    ran = kspec("place", shop, "--survive", "1 zone")
    assert ran.code == 1 and "does not survive the loss of 1 zone: without zone a" in ran.out
    assert kspec("place", shop, "--survive", "zone q").code == 2


def test_an_explained_placement_tells_what_closes_nodes_and_how_full_they_are(
    kspec: Callable[..., Ran], tmp_path: Path
) -> None:
    (tmp_path / "nodes.yaml").write_text(NODES)
    (tmp_path / "web.yaml").write_text(WEB.replace("replicas: 3", "replicas: 1"))
    asked = ("place", tmp_path / "nodes.yaml", tmp_path / "web.yaml", "--explain")
    told = kspec(*asked, "--format", "json").json["explain"]
    (web,) = told["workloads"]
    assert (web["workload"], web["pods"], web["request"]) == ("shop/Deployment/web", 1, {"cpu": 900})
    assert web["open"] == ["n2"]
    (closed,) = web["closed"]
    assert closed["nodes"] == ["n1"] and "taint dedicated:NoSchedule" in closed["requirement"]["message"]
    cpu = {"resource": "cpu", "requested": 900, "allocatable": 1000}
    pods = {"resource": "pods", "requested": 1, "allocatable": 110}
    assert told["nodes"] == [{"node": "n2", "resources": [cpu, pods]}]
    text = kspec(*asked).out
    assert "1 pod of 900m cpu; 1 node open to it" in text and "cpu 900m of 1 (90 %)" in text


def test_an_explained_refusal_tells_the_nodes_that_are_too_small(kspec: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "nodes.yaml").write_text(NODES)
    (tmp_path / "web.yaml").write_text(WEB.replace("900m", "1500m"))
    told = kspec("place", tmp_path, "--explain", "--format", "json").json["explain"]
    (web,) = told["workloads"]
    assert web["open"] == [] and not told["nodes"]
    assert {tuple(c["nodes"]) for c in web["closed"]} == {("n1",), ("n2",)}


def test_the_nodes_that_a_range_of_sizes_needs_are_told_in_text_and_json(
    kspec: Callable[..., Ran], tmp_path: Path
) -> None:
    design = tmp_path / "lab.kspec"
    text = (
        "cluster lab { nodepool a { count: 1..4  machine { cpu: 2  memory: 8Gi } } }\n"
        'namespace shop {\n  deployment web { replicas: 2  container app { image: "web:1"  resources { cpu: 1 } } }\n'
        "  hpa web { replicas: 2..7  cpu: 70% }\n}\n"
    )
    design.write_text(text)
    ran = kspec("place", design, "--for-range")
    assert ran.code == 0 and "2 to 7 replicas: 4 nodes are enough for all of them, and no fewer" in ran.out
    (web,) = kspec("place", design, "--for-range", "--format", "json").json["ranges"]
    assert (web["workload"], web["low"], web["high"], web["monotone"]) == ("shop/Deployment/web", 2, 7, True)
    assert [(s["replicas"], s["nodes"], s["optimal"]) for s in web["sizes"]] == [
        (size, (size + 1) // 2, True) for size in range(2, 8)
    ]
    assert (web["whole"]["verdict"], web["whole"]["nodes"], web["whole"]["names"]) == (
        "enough", 4, ["a-1", "a-2", "a-3", "a-4"],
    )  # fmt: skip
    design.write_text(text.replace("2..7", "2..9"))
    ran = kspec("place", design, "--for-range")
    assert ran.code == 1 and "9                    no placement" in ran.out
