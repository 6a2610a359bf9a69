"""The language server on YAML, asked as an editor asks it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.client import Editor

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: {app: web}
  strategy:
    type: Recreate
  template:
    metadata:
      labels: {app: web, tier: front}
    spec:
      serviceAccountName: web
      containers:
        - name: app
          image: "web:1"
          ports: [{name: http, containerPort: 8080}]
          env:
            - name: MOTD
              valueFrom: {configMapKeyRef: {name: site, key: motd}}
          volumeMounts:
            - name: data
              mountPath: /data
      volumes:
        - name: data
          persistentVolumeClaim:
            claimName: web-data
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: http
"""
AROUND = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: site}
data: {motd: hello, theme: dark}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: elsewhere, namespace: other}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: web-data}
"""


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    root = tmp_path_factory.mktemp("manifests")
    (root / "around").mkdir()
    (root / "around/site.yaml").write_text(AROUND)
    editor = Editor(root)
    editor.open("web.yaml", WEB)
    yield editor
    assert editor.close() == 0


def proposed(editor: Editor, old: str, typed: str) -> list[dict[str, Any]]:
    """What is proposed at `|`, where a piece of the text was replaced by what is typed."""
    text = WEB.replace(old, typed, 1)
    before, _, after = text.partition("|")
    editor.type("web.yaml", before + after)
    position = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
    document = {"uri": editor.uri("web.yaml")}
    answer = editor.ask("textDocument/completion", textDocument=document, position=position)
    items: list[dict[str, Any]] = answer["items"]
    return items


@pytest.mark.parametrize(
    ("old", "typed", "first", "never"),
    [
        ("  strategy:\n    type: Recreate\n", "  |\n", {"replicas", "strategy"}, {"selector", "image"}),
        ("  strategy:\n    type: Recreate\n", "  rep|\n", {"replicas"}, {"selector"}),
        ("    type: Recreate", "    |", {"type", "rollingUpdate"}, {"replicas"}),
        ("    type: Recreate", "    type: |", {"Recreate", "RollingUpdate"}, {"true"}),
        ('          image: "web:1"', "          |", {"image", "resources", "livenessProbe"}, {"name", "ports"}),
        ('          image: "web:1"', "          stdin: |", {"true", "false"}, set()),
        ("        - name: app\n", "        - |\n", {"name", "args"}, {"replicas", "image"}),
        ("http, containerPort", "http, |, containerPort", {"protocol", "hostPort"}, {"name", "containerPort"}),
        ("{name: site, key", "{name: |, key", {"site", "elsewhere"}, {"web-data"}),
        ("key: motd", "key: |", {"motd", "theme"}, {"site"}),
        ("claimName: web-data", "claimName: |", {"web-data"}, {"site"}),
        ("            - name: data\n", "            - name: |\n", {"data"}, {"app"}),
        ("targetPort: http", "targetPort: |", {"http"}, {"app"}),
        ("    app: web\n", "    |\n", {"app", "tier"}, {"name"}),
        ("    app: web\n", "    tier: |\n", {"front"}, {"web"}),
        ("apiVersion: apps/v1\n", "apiVersion: |\n", {"apps/v1"}, {"v1"}),
        ("kind: Deployment\n", "kind: |\n", {"StatefulSet", "DaemonSet"}, {"Pod"}),
        ("---\n", "---\n|\n---\n", {"apiVersion", "kind", "metadata"}, {"replicas"}),
    ],
)
def test_what_fits_is_proposed(editor: Editor, old: str, typed: str, first: set[str], never: set[str]) -> None:
    words = [item["label"] for item in proposed(editor, old, typed)]
    assert first <= set(words)
    assert not never & set(words)


@pytest.mark.parametrize("typed", ["# |", "    type: # |", "    type: a b|"])
def test_nothing_is_proposed_where_nothing_fits(editor: Editor, typed: str) -> None:
    assert proposed(editor, "    type: Recreate", typed) == []


def test_nothing_is_proposed_in_a_block_of_text(editor: Editor) -> None:
    assert proposed(editor, 'image: "web:1"', "image: |\n            |".replace("|", ">", 1)) == []


@pytest.mark.parametrize(
    ("old", "typed", "word", "written"),
    [
        ("    type: Recreate", "    ro|", "rollingUpdate", "    rollingUpdate:\n      "),
        ("        - name: app\n", "        - |\n", "args", "        - args:\n          - \n"),
        (
            "      containers:\n",
            "      in|\n      containers:\n",
            "initContainers",
            "      initContainers:\n      - \n",
        ),
        ("    type: Recreate", "    type:|", "Recreate", "    type: Recreate"),
        ("    type: Recreate", "    ty|: Recreate", "type", "    type: Recreate"),
    ],
)
def test_a_proposal_is_written_so_that_the_text_goes_on(
    editor: Editor, old: str, typed: str, word: str, written: str
) -> None:
    (item,) = [i for i in proposed(editor, old, typed) if i["label"] == word]
    edit = item["textEdit"]
    text = WEB.replace(old, typed, 1).replace("|", "", 1)
    rows = text.split("\n")
    row = rows[edit["range"]["start"]["line"]]
    start, end = edit["range"]["start"]["character"], edit["range"]["end"]["character"]
    rows[edit["range"]["start"]["line"]] = row[:start] + edit["newText"] + row[end:]
    assert written in "\n".join(rows)


def test_proposals_come_with_their_documentation(editor: Editor) -> None:
    items = proposed(editor, '          image: "web:1"', "          |")
    (policy,) = [i for i in items if i["label"] == "imagePullPolicy"]
    assert policy["detail"] == "Always | IfNotPresent | Never"
    assert "spec.template.spec.containers[0].imagePullPolicy" in policy["documentation"]["value"]
    assert "latest tag" in policy["documentation"]["value"]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("strat|egy:", "deployment strategy to use to replace existing pods"),
        ("kind: Depl|oyment", "Deployment (apps/v1)"),
        ("containerP|ort", "Number of port to expose"),
        ("configMapKeyRef: {name: si|te", "`ConfigMap site` at site.yaml:3"),
        ("claimName: web-da|ta", "`PersistentVolumeClaim web-data`"),
    ],
)
def test_a_key_says_what_it_is_and_a_name_where_its_object_is(editor: Editor, place: str, said: str) -> None:
    editor.type("web.yaml", WEB)
    answer = editor.ask("textDocument/hover", **editor.at("web.yaml", place))
    assert said in answer["contents"]["value"]


def test_a_name_leads_to_the_object(editor: Editor) -> None:
    editor.type("web.yaml", WEB)
    (found,) = editor.ask("textDocument/definition", **editor.at("web.yaml", "{name: si|te"))
    assert (Path(found["uri"]).name, found["range"]["start"]["line"]) == ("site.yaml", 2)
    assert editor.ask("textDocument/definition", **editor.at("web.yaml", "image|:")) == []


def test_the_fields_are_those_of_the_version_that_the_design_is_for(tmp_path: Path) -> None:
    (tmp_path / "design.kspec").write_text('kubernetes: "1.27"\n')
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: b\n    "
    (tmp_path / "pod.yaml").write_text(pod)
    editor = Editor(tmp_path, str(tmp_path))
    editor.open("pod.yaml", pod)
    document, position = {"uri": editor.uri("pod.yaml")}, {"line": 6, "character": 4}
    items = editor.ask("textDocument/completion", textDocument=document, position=position)["items"]
    words = {item["label"] for item in items}
    assert "resizePolicy" in words and "restartPolicyRules" not in words
    assert editor.close() == 0
