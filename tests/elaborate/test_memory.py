"""Loading again what has hardly changed: the outcome of a load from the beginning, and the work of what has changed."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from kspec.elaborate import Loaded, load
from kspec.elaborate.memory import Memory

FILES = {
    "base.kspec": """\
param size: int = 2
let image = "web:1.0"
enum tier { gold, silver }
define service_of(name: Name, count: int = size) {
  deployment name {
    replicas: count
    container app { image: image  port http: 8080 }
  }
  service name { target: name  port http: 80 -> http }
}
""",
    "common.kspec": """\
let registry = "ghcr.io/acme"
define settings(name: Name) { configmap name { data { a: "1" } } }
""",
    "web.kspec": """\
import "common.kspec" as common
namespace shop {
  labels: { team: front }
  service_of web(count: 3)
  pdb web { minAvailable: 1 }
  ingress web { host "a.example.com" { path "/": service/api.http } }
  settings web()
}
""",
    "api.kspec": """\
namespace shop {
  service_of api { replicas: 4 }
  networkpolicy api { target: api  ingress { from: [web]  port: http } }
  hpa api { replicas: 2..4  cpu: 70% }
}
""",
    "data.kspec": """\
namespace shop { annotations: { owner: "data" } }
namespace data {
  statefulset db {
    replicas: size
    serviceName: db
    container pg { image: "${registry}/pg:16" }
    claim data { storage: 1Gi  mount: "/data" }
  }
  service db { target: db  clusterIP: "None"  port sql: 5432 }
}
let registry = "here"
invariant ok: always db.ready >= 1
""",
    "env.kspec": """\
env dev { size: 1  deployment/web.replicas: 2  remove pdb/web }
cluster lab { nodepool a { count: 3  machine { cpu: 4  memory: 8Gi } } }
""",
    "old.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: old, namespace: shop }\ndata: { a: b }\n",
}
IMPORTED = {"common.kspec"}
"""What is not given by path."""
EDITS = [
    ("replicas: 4", "replicas: 5"),
    ("web(count: 3)", "web"),
    ("size: int = 2", "size: int = 3"),
    ('"web:1.0"', '"web:2.0"'),
    ("from: [web]", "from: [db]"),
    ("from: [web]", "from: [nobody]"),
    ("80 -> http", "81 -> http"),
    ("service/api.http", "service/web.http"),
    ("labels: { team: front }", "labels: { team: back }"),
    ('owner: "data"', 'team: "data"'),
    ("namespace data {", "namespace shop {"),
    ("statefulset db", "statefulset api"),
    ("remove pdb/web", "remove pdb/api"),
    ("cpu: 70%", "cpu: 70"),
    ("let registry", "let registry_"),
    ('import "common.kspec" as common', 'import "common.kspec"'),
    ("enum tier", "let web = 1\nenum tier"),
    ("port http: 8080", "port htp: 8080"),
    ("{ a: b }", "{ a: c }"),
    ("settings web", "settings other"),
    ('"1"', '"2"'),
    ("cluster lab", "cluster other"),
    ("\n", "\n\n"),
    ("configmap name {", "configmap name { immutable: true"),
]


def facts(loaded: Loaded) -> dict[str, Any]:
    """Everything that a load comes to, places included."""
    design = loaded.design
    said = [(d.rule.id, d.message, d.span, d.help, d.object, d.related) for d in loaded.diagnostics.sorted()]
    if design is None:
        return {"said": said}
    places = [
        [(path, r.origin.at(path), r.origin.key(path)) for path in _paths(r.manifest, ())] for r in design.written
    ]
    return {
        "said": said,
        "written": [r.manifest for r in design.written],
        "stored": [r.manifest for r in design.resources],
        "places": places,
        "cluster": design.cluster,
        "properties": [(p, p.span) for p in design.properties],
        "allowances": design.allowances,
    }


def _paths(value: Any, path: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(p for key, part in inner for p in _paths(part, (*path, key)))]


def write(folder: Path, texts: dict[str, str]) -> list[str]:
    for name, text in texts.items():
        (folder / name).write_text(text)
    return [str(folder / name) for name in texts if name not in IMPORTED]


@pytest.mark.parametrize("env", [None, "dev"])
@pytest.mark.parametrize("seed", range(3))
def test_loading_again_comes_to_the_same_as_loading_for_the_first_time(
    tmp_path: Path, seed: int, env: str | None
) -> None:
    random, texts, memory = Random(seed), dict(FILES), Memory()
    paths = write(tmp_path, texts)
    sound = 0
    for _ in range(40):
        found, fresh = facts(load(paths, env=env, memory=memory)), facts(load(paths, env=env))
        assert found == fresh
        sound += "written" in fresh
        name = random.choice(list(texts))
        usable = [(old, new) for old, new in EDITS if old in texts[name]]
        if random.random() < 0.5 or not usable:
            name = random.choice(list(texts))
            texts[name] = FILES[name]
        else:
            old, new = random.choice(usable)
            texts[name] = texts[name].replace(old, new, 1)
        write(tmp_path, {name: texts[name]})
    assert sound >= 5


@pytest.mark.parametrize(
    ("name", "edit", "made", "judged"),
    [
        ("api.kspec", ("replicas: 4", "replicas: 5"), {"api"}, 8),
        ("web.kspec", ("count: 3", "count: 4"), {"web"}, 9),
        ("common.kspec", ('"1"', '"2"'), {"common", "web"}, 9),
        ("base.kspec", ("size: int = 2", "size: int = 3"), {"base", "common", "web", "api", "env"}, 13),
        ("env.kspec", ("remove pdb/web", ""), {"env"}, 4),
        ("old.yaml", ("a: b", "a: c"), set(), 5),
    ],
)
def test_after_an_edit_only_what_depends_on_it_is_redone(
    tmp_path: Path, name: str, edit: tuple[str, str], made: set[str], judged: int
) -> None:
    """`data` writes into a namespace that another text declares, so it is redone each time, with its four objects."""
    memory = Memory()
    paths = write(tmp_path, FILES)
    first = load(paths, memory=memory)
    assert first.design is not None
    assert {Path(p).name for p in memory.read} == set(FILES)
    assert memory.judged == len(first.design.written) == 14
    write(tmp_path, {name: FILES[name].replace(*edit, 1)})
    assert load(paths, memory=memory).design is not None
    assert memory.parts is not None
    assert [Path(p).name for p in memory.read] == [name]
    assert {Path(p).stem for p in memory.parts.made} == made | {"data"}
    assert memory.judged <= judged


def test_of_fifty_files_one_is_redone(tmp_path: Path) -> None:
    texts = {
        f"f{i}.kspec": f'namespace shop {{ deployment d{i} {{ replicas: 1  container c {{ image: "a:1" }} }} }}\n'
        for i in range(50)
    }
    paths, memory = write(tmp_path, texts), Memory()
    assert load(paths, memory=memory).design is not None
    assert (len(memory.read), memory.judged) == (50, 51)
    write(tmp_path, {"f7.kspec": texts["f7.kspec"].replace("replicas: 1", "replicas: 2")})
    again = load(paths, memory=memory)
    assert again.design is not None
    assert memory.parts is not None
    assert [Path(p).name for p in memory.read] == [Path(p).name for p in memory.parts.made] == ["f7.kspec"]
    assert memory.judged <= 2
    load(paths, memory=memory)
    assert (memory.read, memory.parts.made) == ([], [])
