"""`pytest --kspec DESIGN`: one test for each property and scenario."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DESIGN = """\
param replicas: 1..5 = 3
cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 8Gi } } }
deployment web { replicas: replicas  container app { image: "web:1"  resources { cpu: 1  memory: 1Gi..1Gi } } }
pdb web { minAvailable: 2 }
env small { deployment/web.replicas: 2 }
invariant budget: always web.available >= 2 under drain(any node)
invariant all "nobody is ever missing": always web.available >= 3 under drain(any node)
scenario drains "a node is drained" { drain any node  wait until settled  expect web.available >= 2 }
scenario wishes { expect web.available >= 4 }
"""


def ran(folder: Path, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-p", "kspec.pytest_plugin", "-p", "no:cacheprovider", "-v", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop.kspec").write_text(DESIGN)
    (tmp_path / "broken.kspec").write_text("deployment web { replicas: }\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return tmp_path


def test_each_property_and_scenario_is_a_test(folder: Path) -> None:
    code, out = ran(folder, "--kspec", "shop.kspec")
    assert code == 1 and "2 failed, 2 passed" in out
    for test, word in (("budget", "PASSED"), ("all", "FAILED"), ("drains", "PASSED"), ("wishes", "FAILED")):
        assert f"shop.kspec::{test} {word}" in out
    assert "How all breaks: nobody is ever missing" in out and "Traceback" not in out
    assert "shop.kspec:7" in out or "invariant all" in out


def test_tests_can_be_chosen_and_designs_set(folder: Path) -> None:
    code, out = ran(folder, "--kspec", "shop.kspec", "--kspec-set", "replicas=5", "-k", "all")
    assert code == 0 and "1 passed, 3 deselected" in out, out
    assert ran(folder, "--kspec", "shop.kspec", "--kspec-env", "small", "-k", "drains")[0] == 0


def test_a_design_with_mistakes_is_one_failing_test(folder: Path) -> None:
    code, out = ran(folder, "--kspec", "broken.kspec")
    assert code == 1 and "1 failed" in out and "broken.kspec:1:" in out


def test_designs_can_stand_in_the_configuration(folder: Path) -> None:
    (folder / "pytest.ini").write_text("[pytest]\nkspec_designs = shop.kspec\n")
    out = ran(folder, "--collect-only")[1]
    for test in ("<Property budget>", "<Property all>", "<Scenario drains>", "<Scenario wishes>"):
        assert test in out


def test_pytest_finds_the_plugin_by_its_name() -> None:
    plugins = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["pytest11"]
    assert plugins == {"kspec.pytest_plugin": "kspec.pytest_plugin"}
