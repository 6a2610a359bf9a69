"""What may be given to kspec, and what it says of everything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from kspec.elaborate import load
from tests.elaborate.texts import load_text

OBJECT = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\n"


def rules(paths: list[str]) -> list[tuple[str, str]]:
    loaded = load(paths)
    assert loaded.design is None
    return [(d.rule.id, d.level.value) for d in loaded.diagnostics.sorted()]


def test_a_missing_file_an_empty_one_a_binary_one_and_a_folder_without_input(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("")
    (tmp_path / "binary.kspec").write_bytes(bytes(range(256)))
    (tmp_path / "folder").mkdir()
    for name in ("missing.kspec", "empty.yaml", "binary.kspec", "folder"):
        assert rules([str(tmp_path / name)]) == [("KS0024", "error")], name


def test_yaml_that_is_no_kubernetes_beside_yaml_that_is_only_warns(tmp_path: Path) -> None:
    path = tmp_path / "mixed.yaml"
    path.write_text("values: 1\n---\n" + OBJECT)
    loaded = load([str(path)])
    assert loaded.design is not None and loaded.design.name == "mixed"
    assert [(d.rule.id, d.level.value) for d in loaded.diagnostics] == [("KS0022", "warning")]


def test_the_name_of_a_design_is_that_of_its_file_or_folder(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "a.yaml").write_text(OBJECT)
    (folder / "main.kspec").write_text("secret y { }")
    names = [load(paths).design for paths in ([str(folder)], [str(folder / "a.yaml")], [str(folder / "main.kspec")])]
    assert [d.name for d in names if d] == ["shop", "a", "main"]


def test_a_folder_is_one_design(tmp_path: Path) -> None:
    (tmp_path / "a.kspec").write_text('deployment web { container app { image: image("web") } }')
    (tmp_path / "b.kspec").write_text('fn image(name: string) -> string = "${name}:1"')
    (tmp_path / "c.yaml").write_text(OBJECT)
    design = load([str(tmp_path)]).design
    assert design is not None and [r.kind for r in design.resources] == ["Deployment", "ConfigMap"]


def test_a_file_that_is_given_and_imported_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.kspec").write_text('import "b.kspec" as b\nconfigmap x { data { a: b.value } }')
    (tmp_path / "b.kspec").write_text('let value = "1"\nconfigmap y { }')
    design = load([str(tmp_path / "a.kspec"), str(tmp_path / "b.kspec")]).design
    assert design is not None and sorted(r.name for r in design.resources) == ["x", "y"]


def test_syntax_errors_of_one_file_hide_nothing_of_yaml(tmp_path: Path) -> None:
    (tmp_path / "a.kspec").write_text("deployment web {")
    (tmp_path / "b.yaml").write_text("a: [\n")
    assert {r for r, _ in rules([str(tmp_path)])} == {"KS0001"}
    assert len(load([str(tmp_path)]).diagnostics) == 2


def test_defaults_are_the_api_servers_and_written_is_what_was_written() -> None:
    design = load_text('deployment web { container app { image: "web:1" } }').design
    assert design is not None
    written, stored = design.written[0].manifest["spec"], design.resources[0].manifest["spec"]
    assert isinstance(written, dict) and isinstance(stored, dict)
    assert "replicas" not in written and stored["replicas"] == 1
    assert stored["strategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"},
    }


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n"])
def test_a_text_that_says_nothing_is_an_input_error_or_an_empty_design(text: str) -> None:
    loaded = load_text(text)
    assert (loaded.design is None) == loaded.diagnostics.has_errors


def test_allowances_are_kept_with_what_they_annotate() -> None:
    text = (
        '@allow(KS4003, "no-pdb", reason: "mesh", until: "2027-03-01")\ndeployment web { container app { image: "a" } }'
    )
    design = load_text(text).design
    assert design is not None
    (allowance,) = design.allowances
    assert (allowance.rules, allowance.reason, str(allowance.until)) == (("KS4003", "no-pdb"), "mesh", "2027-03-01")
    assert (allowance.within.line, allowance.within.end_line) == (1, 2)
