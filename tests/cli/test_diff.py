"""`kspec diff`: its sides, formats and exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_check import CLEAN
from tests.repositories import git
from tests.running import Ran

Kspec = Callable[..., Ran]
SECRET = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: key}\nstringData: {token: hunter2}\n"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose work tree has another image and another secret than its one commit."""
    (tmp_path / "k8s").mkdir()
    (tmp_path / "k8s" / "web.yaml").write_text(CLEAN + SECRET)
    git(tmp_path, "init", "-q", ".")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    (tmp_path / "k8s" / "web.yaml").write_text(CLEAN.replace("web:1.4", "web:1.5") + SECRET.replace("hunter2", "swan"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "sides",
    [["git:HEAD", "k8s"], ["HEAD:k8s"], ["HEAD:k8s", "k8s/"], ["git:HEAD:k8s", "k8s"], ["git:HEAD"], ["git:main", "."]],
    ids=" ".join,
)
def test_sides_are_paths_now_or_at_a_revision(repository: Path, kspec: Kspec, sides: list[str]) -> None:
    ran = kspec("diff", *sides)
    assert ran.code == 0
    assert 'spec.template.spec.containers[web].image: "web:1.4" -> "web:1.5"' in ran.out
    assert "2 changed" in ran.out.splitlines()[-1]


def test_two_revisions_and_two_folders(repository: Path, kspec: Kspec) -> None:
    git(repository, "commit", "-qam", "second")
    (repository / "other").mkdir()
    (repository / "other" / "web.yaml").write_text(CLEAN)
    assert "2 changed" in kspec("diff", "git:HEAD~1", "HEAD:k8s").out
    assert "nothing differs" in kspec("diff", "git:HEAD", "k8s").out
    assert "1 changed, 1 removed" in kspec("diff", "k8s", "other").out


def test_the_repository_is_that_of_the_path(
    repository: Path, kspec: Kspec, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert "2 changed" in kspec("diff", "git:HEAD", repository / "k8s").out
    assert "2 objects differ" in kspec("check", repository / "k8s", "--changed-since", "HEAD").out
    ran = kspec("check", repository / "k8s", Path(__file__).parent, "--changed-since", "HEAD")
    assert ran.code == 2


def test_secrets_are_not_told(repository: Path, kspec: Kspec) -> None:
    for format in ("text", "json", "markdown"):
        ran = kspec("diff", "git:HEAD", "k8s", "--format", format)
        assert "hunter2" not in ran.out and "swan" not in ran.out and "aHVudGVyMg" not in ran.out
        assert "(hidden)" in ran.out


def test_the_document_has_the_contracts_fields(repository: Path, kspec: Kspec) -> None:
    found = kspec("diff", "git:HEAD", "k8s", "--format", "json").json
    assert found["schema"] == "kspec/diff/v1" and (found["before"], found["after"]) == ("HEAD:k8s", "k8s")
    web = found["objects"][0]
    assert web["ref"]["name"] == "web" and web["change"] == "changed" and web["line"] == 2
    assert web["changes"] == [{"path": "spec.template.spec.containers[web].image", "from": "web:1.4", "to": "web:1.5"}]
    assert [e["rule"] for e in web["effects"]] == ["KS8001"]
    assert found["summary"] == {"added": 0, "changed": 2, "removed": 0, "error": 0, "warning": 0, "info": 1}


def test_markdown_survives_hostile_values(repository: Path, kspec: Kspec) -> None:
    (repository / "k8s" / "web.yaml").write_text(
        CLEAN.replace('"web:1.4"', '"web:1.4"\n          args: ["```", "|<b>"]')
    )
    out = kspec("diff", "git:HEAD", "k8s", "--format", "markdown").out
    assert "````diff" in out and out.count("````") == 2


@pytest.mark.parametrize(("level", "code"), [("error", 0), ("warning", 0), ("info", 1)])
def test_fail_on_says_what_fails(repository: Path, kspec: Kspec, level: str, code: int) -> None:
    assert kspec("diff", "git:HEAD", "k8s", "--fail-on", level).code == code


def test_refused_updates_fail(repository: Path, kspec: Kspec) -> None:
    (repository / "k8s" / "web.yaml").write_text(CLEAN.replace("app: web", "app: wob"))
    ran = kspec("diff", "git:HEAD", "k8s")
    assert ran.code == 1 and "error[KS1006]" in ran.out and "- Secret/key  HEAD:k8s/web.yaml:" in ran.out


def test_what_was_not_there_is_new(repository: Path, kspec: Kspec) -> None:
    (repository / "new").mkdir()
    (repository / "new" / "web.yaml").write_text(CLEAN)
    ran = kspec("diff", "git:HEAD", "new")
    assert ran.code == 0 and "1 added" in ran.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["git:nonsense", "k8s"], "git knows no revision `nonsense`"),
        (["k8s"], "give two sides"),
        ([], "give two sides"),
        (["a", "b", "c"], "give two sides"),
        (["k8s", "HEAD:nowhere"], "nowhere was not there at HEAD"),
    ],
)
def test_wrong_usage_is_said(repository: Path, kspec: Kspec, arguments: list[str], words: str) -> None:
    ran = kspec("diff", *arguments)
    assert ran.code == 2 and words in ran.err


def test_broken_sides_are_told_with_their_revision(repository: Path, kspec: Kspec) -> None:
    (repository / "k8s" / "web.yaml").write_text("a: [")
    git(repository, "commit", "-qam", "broken")
    (repository / "k8s" / "web.yaml").write_text(CLEAN)
    ran = kspec("diff", "git:HEAD", "k8s")
    assert ran.code == 2 and ran.err.startswith("at HEAD:") and "KS0001" in ran.err
    assert json.loads(kspec("diff", "git:HEAD", "k8s", "--format", "json").out)["schema"] == "kspec/check/v1"


def test_outside_of_a_repository_there_are_no_revisions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kspec: Kspec
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    ran = kspec("diff", "git:main", "k8s")
    assert ran.code == 2 and "not a git repository" in ran.err
