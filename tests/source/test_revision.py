"""The world as it was at a commit: the same answers as a checkout of it gives."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kspec.source import disk
from kspec.source.repository import NoRevision, Repository
from kspec.source.revision import AtCommit
from kspec.source.view import looking
from tests.repositories import git


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit, and a work tree that has moved on."""
    root = tmp_path / "repository"
    for name, text in {
        "k8s/web.yaml": "web",
        "k8s/deep/er/db.yml": "db",
        "k8s/notes.md": "words",
        "k8s/.hidden.yaml": "hidden",
        "k8s/[odd] name é.json": "{}",
        "shop.kspec": "shop",
        "lib/a1.yaml": "a1",
        "lib/a2.yaml": "a2",
        "lib/b.yaml": "b",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "k8s/link.yaml").symlink_to("../lib/b.yaml")
    (root / "linked").symlink_to("lib")
    (root / "out.yaml").symlink_to("/etc/hostname")
    (root / "dangling.yaml").symlink_to("nowhere")
    git(tmp_path, "init", "-q", str(root))
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def then(repository: Path) -> Iterator[AtCommit]:
    around = Repository.around(repository / "k8s")
    view = AtCommit(repository=around, commit=around.commit("HEAD"))
    yield view
    view.close()


QUESTIONS = [
    ("content", "k8s/web.yaml"),
    ("content", "./k8s/../k8s/web.yaml"),
    ("content", "k8s/link.yaml"),
    ("content", "linked/a1.yaml"),
    ("content", "k8s/[odd] name é.json"),
    ("content", "k8s"),
    ("content", "dangling.yaml"),
    ("content", "missing"),
    ("content", "/etc/hostname"),
    ("is_folder", "k8s"),
    ("is_folder", "."),
    ("is_folder", "linked"),
    ("is_folder", "k8s/web.yaml"),
    ("is_file", "k8s/web.yaml"),
    ("is_file", "k8s/link.yaml"),
    ("is_file", "k8s"),
    ("exists", "k8s/deep/er"),
    ("exists", ".git"),
    ("exists", "dangling.yaml"),
    ("real", "k8s/link.yaml"),
    ("real", "linked/b.yaml"),
    ("below", "k8s", ".yaml .yml .json"),
    ("below", ".", ".yaml .yml .json .kspec"),
    ("below", "k8s/deep", ".yml"),
    ("matching", "lib", "*.yaml"),
    ("matching", ".", "lib/a?.yaml"),
    ("matching", ".", "lib/a[!1].yaml"),
    ("matching", "k8s", "**/*.yml"),
    ("matching", "k8s", "../lib/[ab]*.yaml"),
    ("matching", ".", "*/*.yaml"),
    ("matching", "lib", "../../*.yaml"),
]


def _answer(question: tuple[str, ...]) -> object:
    try:
        return getattr(disk, question[0])(*question[1:])
    except OSError as error:
        return type(error).__name__


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_a_commit_answers_as_its_checkout_does(repository: Path, then: AtCommit, question: tuple[str, ...]) -> None:
    today = _answer(question)
    with looking(then):
        assert _answer(question) == today


def test_what_happened_since_is_not_seen(repository: Path, then: AtCommit) -> None:
    (repository / "k8s/web.yaml").write_text("other")
    (repository / "lib/a3.yaml").write_text("a3")
    (repository / "shop.kspec").unlink()
    with looking(then):
        assert disk.content("k8s/web.yaml") == b"web"
        assert disk.matching("lib", "a*.yaml") == ("lib/a1.yaml", "lib/a2.yaml")
        assert disk.exists("shop.kspec")
    changed = {os.path.relpath(name, repository) for name in then.repository.changed_since(then.commit)}
    assert changed == {"k8s/web.yaml", "lib/a3.yaml", "shop.kspec"}


def test_paths_start_where_the_run_does(repository: Path, then: AtCommit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "k8s")
    with looking(then):
        assert disk.content("web.yaml") == b"web"
        assert disk.below(".", ".yml").files == ("deep/er/db.yml",)
        assert disk.content("../lib/b.yaml") == b"b"


def test_a_branch_is_compared_with_where_it_began(repository: Path) -> None:
    git(repository, "checkout", "-qb", "work")
    git(repository, "commit", "-qm", "mine", "--allow-empty")
    git(repository, "checkout", "-q", "main")
    git(repository, "commit", "-qm", "theirs", "--allow-empty")
    git(repository, "checkout", "-q", "work")
    around = Repository.around(repository)
    assert around.merge_base("main") == around.commit("work~1")


@pytest.mark.parametrize("revision", ["nonsense", "--output=/tmp/x", "", "HEAD:k8s/web.yaml"])
def test_an_unknown_revision_is_said(repository: Path, revision: str) -> None:
    with pytest.raises(NoRevision, match="git knows no revision"):
        Repository.around(repository).commit(revision)


def test_outside_of_a_repository_git_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoRevision, match="not a git repository"):
        Repository.around(tmp_path)


def test_without_git_that_is_said(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoRevision, match="git is not installed"):
        Repository.around(repository)
