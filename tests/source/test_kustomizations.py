"""A folder that is a kustomization: what it names as parts of objects is not read as objects, and that is told once."""

from __future__ import annotations

from pathlib import Path

import pytest

from kspec.source.diagnostic import Severity
from kspec.source.read import Inputs, read_inputs

OBJECT = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"


def read(folder: Path, kustomization: str, *names: str, name: str = "kustomization.yaml") -> Inputs:
    for file in names:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(OBJECT)
    (folder / name).write_text(kustomization)
    return read_inputs([str(folder)])


def left(inputs: Inputs, folder: Path) -> list[str]:
    return [Path(f.source.path).relative_to(folder).as_posix() for f in inputs.files]


@pytest.mark.parametrize(
    "field",
    [
        "patches: [{path: part.yaml}]",
        "patches: [{path: ./part.yaml, target: {kind: Deployment}}]",
        "patches: [{patch: '- op: remove\n  path: /a\n'}, {path: part.yaml}]",
        "patchesStrategicMerge: [part.yaml]",
        "patchesJson6902: [{path: part.yaml, target: {kind: A}}]",
        "replacements: [{path: part.yaml}]",
        "configurations: [part.yaml]",
        "transformers: [part.yaml]",
        "configMapGenerator: [{name: a, files: [part.yaml]}]",
        "secretGenerator: [{name: a, files: [key=part.yaml]}]",
        "helmCharts: [{name: a, valuesFile: part.yaml}]",
        "openapi: {path: part.yaml}",
    ],
)
@pytest.mark.parametrize("head", ["", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"])
def test_files_that_a_kustomization_names_as_parts_are_no_objects(head: str, field: str, tmp_path: Path) -> None:
    inputs = read(tmp_path, f"{head}resources: [whole.yaml]\n{field}\n", "whole.yaml", "part.yaml")
    assert left(inputs, tmp_path) == ["whole.yaml"]
    (remark,) = inputs.diagnostics
    assert (remark.rule.id, remark.rule.severity) == ("KS0028", Severity.INFO)
    assert "a file with a part of one is left out" in remark.message
    assert remark.help is not None and f"kustomize build {tmp_path}" in remark.help


def test_several_kustomizations_are_told_once(tmp_path: Path) -> None:
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/kustomization.yml").write_text("resources: [../base]\npatches: [{path: ../less.yaml}]\n")
    inputs = read(tmp_path, "patches: [{path: more.yaml}]\n", "base/a.yaml", "more.yaml", "less.yaml", "dev/own.yaml")
    assert left(inputs, tmp_path) == ["base/a.yaml", "dev/own.yaml"]
    (remark,) = inputs.diagnostics
    assert "2 kustomizations" in remark.message and "2 files" in remark.message


@pytest.mark.parametrize(
    "text",
    ["apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {path: ./a}\n", "a: [\n", "- a\n"],
)
def test_what_only_bears_the_name_is_read_like_any_other_file(text: str, tmp_path: Path) -> None:
    inputs = read(tmp_path, text, "part.yaml")
    assert left(inputs, tmp_path) == ["kustomization.yaml", "part.yaml"]
    assert inputs.diagnostics == ()


@pytest.mark.parametrize(
    "text", ["patches: 3\n", "patches: [a, {path: 1}]\nconfigMapGenerator: {}\nopenapi: x\n", "{}"]
)
def test_odd_kustomizations_leave_nothing_out(text: str, tmp_path: Path) -> None:
    assert left(read(tmp_path, text, "whole.yaml"), tmp_path) == ["whole.yaml"]


def test_a_file_that_is_asked_for_by_name_is_read(tmp_path: Path) -> None:
    read(tmp_path, "patches: [{path: part.yaml}]\n", "part.yaml")
    assert len(read_inputs([str(tmp_path / "part.yaml")]).files) == 1
