"""What runs kspec in pipelines: hooks, action, GitLab jobs and image, executed as far as that goes without network."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.test_check import CLEAN, ERROR
from tests.repositories import git

ROOT = Path(__file__).resolve().parents[2]
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
JOBS = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
DESIGN = 'invariant ok: always web.available >= 0\ndeployment web { container app { image: "web:1" } }\n'
UNTIDY = 'deployment   web { container app { image: "web:1" } }\n'
_EXPRESSION = re.compile(r"\$\{\{ *([^}]*?) *\}\}")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A repository with a folder of manifests, and `kspec` on the path."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "kspec"
    program.write_text(f"#!{sys.executable}\nfrom kspec.cli.main import main\nmain()\n")
    program.chmod(0o755)
    folder = tmp_path / "work"
    (folder / "k8s").mkdir(parents=True)
    (folder / "k8s" / "web.yaml").write_text(CLEAN)
    git(tmp_path, "init", "-q", str(folder))
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    return folder


def run(work: Path, command: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
    path = f"{work.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), **variables}
    return subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False)


# pre-commit


def test_hooks_have_what_pre_commit_asks_for() -> None:
    known = {"id", "name", "description", "entry", "language", "files", "pass_filenames", "args", "require_serial"}
    for hook in HOOKS.values():
        assert {"id", "name", "entry", "language"} <= set(hook) <= known
        assert re.search(hook["files"], "designs/shop.kspec")
    assert re.search(HOOKS["kspec-check"]["files"], "k8s/web.yml") and not re.search(
        HOOKS["kspec-fmt"]["files"], "a.yml"
    )


@pytest.mark.parametrize(
    ("id", "file", "text", "code"),
    [
        ("kspec-check", "k8s/web.yaml", CLEAN, 0),
        ("kspec-check", "k8s/web.yaml", ERROR, 1),
        ("kspec-fmt", "web.kspec", UNTIDY, 0),
        ("kspec-verify", "web.kspec", DESIGN, 0),
        ("kspec-verify", "web.kspec", DESIGN.replace(">= 0", ">= 1"), 1),
    ],
)
def test_hooks_run(work: Path, id: str, file: str, text: str, code: int) -> None:
    (work / file).write_text(text)
    hook = HOOKS[id]
    files = [file] if hook.get("pass_filenames", True) else []
    ran = run(work, [*shlex.split(hook["entry"]), *hook.get("args", []), *files])
    assert ran.returncode == code, ran.stdout + ran.stderr
    if id == "kspec-fmt":
        assert (work / file).read_text() != UNTIDY, "pre-commit sees that the file changed"


# the GitHub action


def steps() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ACTION["runs"]["steps"]
    return found


def resolve(value: str, inputs: dict[str, str]) -> str:
    """An expression of the action, for a runner that has only inputs."""
    given = {name: str(entry.get("default", "")) for name, entry in ACTION["inputs"].items()} | inputs
    return _EXPRESSION.sub(lambda m: given[m[1].removeprefix("inputs.")], value)


def check(work: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    (step,) = [s for s in steps() if s.get("name") == "Check"]
    assert step["shell"] == "bash"
    environment = {name: resolve(value, inputs) for name, value in step["env"].items()}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return run(work, command, GITHUB_STEP_SUMMARY=str(work.parent / "summary.md"), **environment)


def test_the_action_annotates_summarises_and_writes_sarif(work: Path) -> None:
    (work / "k8s" / "web.yaml").write_text(ERROR)
    ran = check(work, paths="k8s", args="--no-solve")
    assert ran.returncode == 1
    assert ran.stdout.startswith("::error file=k8s/web.yaml,line=")
    assert "KS2002" in (work.parent / "summary.md").read_text()
    assert json.loads((work / "kspec.sarif").read_text())["runs"][0]["results"][0]["ruleId"] == "KS2002"


@pytest.fixture
def echo(work: Path) -> Path:
    """The same, with a `kspec` that only prints its arguments."""
    (work.parent / "bin" / "kspec").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    return work


def test_the_action_passes_its_inputs_on(echo: Path) -> None:
    assert check(echo).stdout.split() == ["check", "--format", "github", "--report", "sarif=kspec.sarif", "--", "."]
    given = {"paths": "a b/", "profile": "strict", "fail-on": "info", "changed-since": "main", "args": "--no-solve -q"}
    assert check(echo, sarif="x.sarif", **given).stdout.split() == [
        *("check", "--format", "github", "--report", "sarif=x.sarif", "--profile", "strict", "--fail-on", "info"),
        *("--changed-since", "main", "--no-solve", "-q", "--", "a", "b/"),
    ]


@pytest.mark.parametrize("name", ["paths", "profile", "fail-on", "changed-since", "args", "sarif"])
def test_nothing_in_an_input_is_run(echo: Path, name: str) -> None:
    for hostile in ("; touch pwned", "$(touch pwned)", "`touch pwned`", "' && touch pwned #", '" && touch pwned #'):
        assert "touch" in check(echo, **{name: f"k8s {hostile}"}).stdout
        assert not (echo / "pwned").exists()


def test_the_action_is_whole() -> None:
    text = (ROOT / "action.yml").read_text()
    used = {m.removeprefix("inputs.") for m in re.findall(r"inputs\.[a-z-]+", text)}
    assert used == set(ACTION["inputs"])
    assert ACTION["runs"]["using"] == "composite"
    for step in steps():
        assert ("uses" in step) != ("run" in step and "shell" in step)
        assert "${{" not in step.get("run", ""), "inputs go through the environment"
        assert "@" in step.get("uses", "@"), "actions are pinned"


# GitLab


def job(work: Path, name: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A job's script as a runner runs it."""
    given = {**JOBS["variables"], **variables}
    return run(work, ["sh", "-ec", "\n".join(JOBS[name]["script"])], **given)


def test_the_gitlab_job_writes_its_reports(work: Path) -> None:
    (work / "k8s" / "web.yaml").write_text(ERROR)
    assert job(work, "kspec check", KSPEC_PATHS="k8s").returncode == 1
    reports = JOBS["kspec check"]["artifacts"]["reports"]
    assert json.loads((work / reports["codequality"]).read_text())[0]["check_name"].startswith("KS2002")
    assert "<testsuite" in (work / reports["junit"]).read_text()


def test_the_gitlab_job_tells_what_a_merge_request_does(work: Path) -> None:
    (work / "k8s" / "web.yaml").write_text(CLEAN.replace("web:1.4", "web:1.5"))
    ran = job(work, "kspec diff", KSPEC_PATHS="k8s", CI_MERGE_REQUEST_DIFF_BASE_SHA="HEAD")
    assert ran.returncode == 0, ran.stderr
    (told,) = JOBS["kspec diff"]["artifacts"]["paths"]
    assert "KS8001 pods-restart" in (work / told).read_text()


def test_gitlab_jobs_extend_what_is_there() -> None:
    for name, entry in JOBS.items():
        if not name.startswith(".") and name != "variables":
            assert entry["extends"] in JOBS and entry["stage"] == "test"


# the image


def test_the_image_copies_what_is_there_and_starts_what_is_installed() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    for copied in re.findall(r"^COPY (.*) \S+$", DOCKERFILE, re.MULTILINE):
        for name in copied.split():
            assert (ROOT / name).exists(), name
    (entry,) = re.findall(r"^ENTRYPOINT (.*)$", DOCKERFILE, re.MULTILINE)
    assert json.loads(entry)[0] in scripts
    assert re.search(r"^USER (?!root)", DOCKERFILE, re.MULTILINE), "it does not run as root"


def test_the_image_has_all_that_the_wheel_is_made_of() -> None:
    built = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    copied = {name for line in re.findall(r"^COPY (.*) \S+$", DOCKERFILE, re.MULTILINE) for name in line.split()}
    assert {*built["packages"], *built["force-include"], "pyproject.toml"} <= copied
