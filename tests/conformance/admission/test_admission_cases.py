"""What a kube-apiserver v1.36 said to the recorded objects, kspec says too, to the letter."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from admission_compare import CASES, differences

from kspec.api.request import load_case

FOLDERS = sorted(folder.name for folder in CASES.iterdir())


@pytest.mark.parametrize("name", FOLDERS)
def test_verdict_causes_message_warnings_and_defaults_are_those_recorded(name: str) -> None:
    assert differences(CASES / name) == {}


def test_a_case_is_read_without_its_recording(tmp_path: Path) -> None:
    shutil.copytree(CASES / "pod-limitrange-max" / "input", tmp_path / "input")
    shutil.copy(CASES / "pod-limitrange-max" / "case.yaml", tmp_path)
    case = load_case(tmp_path)
    assert (len(case.objects), len(case.setup), len(case.existing)) == (1, 2, 0)
