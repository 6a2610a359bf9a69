"""`kspec import`: where the text goes, what is said of mistakes, and that pipes fit together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running import Ran

Kspec = Callable[..., Ran]
MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: site}\ndata: {motd: hello}\n"


def test_the_text_goes_where_it_is_asked_to_go(kspec: Kspec, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(MAP, encoding="utf-8")
    text = 'configmap site { data: { motd: "hello" } }\n'
    assert kspec("import", tmp_path).out == text
    assert kspec("import", tmp_path / "a.yaml", "-o", "-").out == text
    assert kspec("import", tmp_path, "-o", tmp_path / "out.kspec").out == ""
    assert (tmp_path / "out.kspec").read_text(encoding="utf-8") == text
    assert kspec("validate", tmp_path / "out.kspec").code == 0


def test_a_list_is_opened_and_json_is_read(kspec: Kspec, tmp_path: Path) -> None:
    items = '{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}'
    (tmp_path / "a.json").write_text(f'{{"apiVersion": "v1", "kind": "List", "items": [{items}]}}', encoding="utf-8")
    answer = kspec("import", tmp_path / "a.json", "--format", "json").json
    assert answer["schema"] == "kspec/import/v1" and answer["text"] == "namespace a {}\n"
    assert answer["objects"] == [{"apiVersion": "v1", "kind": "Namespace", "namespace": "", "name": "a"}]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (MAP.replace("hello", "80"), 1, "`data.motd` wants text, not 80"),
        (MAP.replace("data: {motd: hello}", "dta: {}"), 1, "has no field `dta`"),
        ("apiVersion: v1\nkind: [", 2, "KS0001"),
        ("replicas: 3\n", 2, "there is no Kubernetes object to import"),
    ],
)
def test_mistakes_of_manifests_are_told_where_they_stand(
    kspec: Kspec, tmp_path: Path, text: str, code: int, said: str
) -> None:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    ran = kspec("import", tmp_path / "a.yaml")
    assert ran.code == code and said in ran.err and "KS0027" not in ran.err


def test_kspec_text_is_not_imported_again(kspec: Kspec, tmp_path: Path) -> None:
    (tmp_path / "a.kspec").write_text("configmap site { }\n", encoding="utf-8")
    ran = kspec("import", tmp_path / "a.kspec")
    assert ran.code == 2 and "is kspec text already" in ran.err
