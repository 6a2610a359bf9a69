"""`kspec check --changed-since`: what a change concerns, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_check import CLEAN
from tests.repositories import git
from tests.running import Ran

Kspec = Callable[..., Ran]

LATEST = CLEAN.replace("web:1.4", "web:latest")
OTHER = LATEST.replace("name: web", "name: other").replace("app: web", "app: other")
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
"""
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  ingressClassName: nginx
  rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}}]
"""
CONF = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata: {level: info}\n"
USER = LATEST.replace("name: web", "name: user").replace("app: web", "app: user") + (
    "          env: [{name: L, valueFrom: {configMapKeyRef: {name: conf, key: level}}}]\n"
)


@pytest.fixture
def k8s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of manifests in a repository, most of them with something to find."""
    folder = tmp_path / "k8s"
    folder.mkdir()
    files = {"web": LATEST, "other": OTHER, "service": SERVICE, "ingress": INGRESS, "conf": CONF, "user": USER}
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    git(tmp_path, "init", "-q", ".")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    monkeypatch.chdir(tmp_path)
    return folder


def found(kspec: Kspec, *arguments: str) -> set[str]:
    """Rules with their objects."""
    document = kspec("check", "k8s", "--changed-since", "HEAD", "--format", "json", *arguments).json
    return {f"{d['rule']} {d['object']}" for d in document["diagnostics"]}


def test_without_a_change_there_is_nothing_to_tell(k8s: Path, kspec: Kspec) -> None:
    assert kspec("check", "k8s", "--fail-on", "warning").code == 1
    ran = kspec("check", "k8s", "--changed-since", "HEAD", "--fail-on", "info")
    assert ran.code == 0
    assert re.search(r"note: only what changed since HEAD \([0-9a-f]{10}\) is told: 0 objects differ", ran.out)


def test_only_the_object_that_changes_is_told_of(k8s: Path, kspec: Kspec) -> None:
    (k8s / "other.yaml").write_text(OTHER.replace("cpu: 100m", "cpu: 200m"))
    assert found(kspec) == {"KS3028 Deployment/other"}


def test_moving_an_object_and_commenting_are_no_change(k8s: Path, kspec: Kspec) -> None:
    (k8s / "other.yaml").rename(k8s / "moved.yaml")
    (k8s / "web.yaml").write_text("# words\n" + LATEST)
    assert found(kspec) == set()


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("service.yaml", SERVICE.replace("http", "web"), {"KS2007 Ingress/web"}),
        ("service.yaml", None, {"KS2006 Ingress/web"}),
        ("web.yaml", LATEST.replace("app: web", "app: wob"), {"KS2002 Service/web", "KS3028 Deployment/web"}),
        ("web.yaml", None, {"KS2002 Service/web"}),
        ("conf.yaml", CONF.replace("level", "lvl"), {"KS2016 Deployment/user", "KS3028 Deployment/user"}),
        ("conf.yaml", None, {"KS2016 Deployment/user", "KS3028 Deployment/user"}),
        ("new.yaml", OTHER.replace("name: other", "name: new").replace("app: other", "app: new"),
         {"KS3028 Deployment/new"}),
    ],
)  # fmt: skip
def test_who_depends_on_a_change_is_told_of_too(
    k8s: Path, kspec: Kspec, file: str, text: str | None, told: set[str]
) -> None:
    if text is None:
        (k8s / file).unlink()
    else:
        (k8s / file).write_text(text)
    assert told <= found(kspec)
    assert "KS3028 Deployment/other" not in found(kspec)


def test_a_branch_is_compared_with_where_it_began(k8s: Path, kspec: Kspec) -> None:
    git(k8s, "checkout", "-qb", "work")
    git(k8s, "checkout", "-q", "main")
    (k8s / "web.yaml").write_text(LATEST.replace("100m", "200m"))
    git(k8s, "commit", "-qam", "theirs")
    git(k8s, "checkout", "-q", "work")
    assert "0 objects differ" in kspec("check", "k8s", "--changed-since", "main").out


def test_what_could_not_be_read_then_is_new(k8s: Path, kspec: Kspec) -> None:
    (k8s / "other.yaml").write_text("a: [")
    git(k8s, "commit", "-qam", "broken")
    (k8s / "other.yaml").write_text(OTHER)
    assert found(kspec) == {"KS3028 Deployment/other"}


def test_what_can_not_be_read_now_is_wrong_input(k8s: Path, kspec: Kspec) -> None:
    (k8s / "other.yaml").write_text("a: [")
    ran = kspec("check", "k8s", "--changed-since", "HEAD")
    assert ran.code == 2 and "KS0001" in ran.out


def test_the_cache_knows_the_commit(k8s: Path, kspec: Kspec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KSPEC_NO_CACHE")
    monkeypatch.setenv("KSPEC_CACHE_DIR", str(k8s.parent / "cache"))
    (k8s / "other.yaml").write_text(OTHER.replace("100m", "200m"))
    for _ in range(2):
        assert found(kspec) == {"KS3028 Deployment/other"}
    git(k8s, "commit", "-qam", "second")
    for _ in range(2):
        assert found(kspec) == set()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["k8s", "--changed-since", "nonsense"], "git knows no revision `nonsense`"),
        (["-", "--changed-since", "HEAD"], "not standard input"),
    ],
)
def test_wrong_usage_is_said(k8s: Path, kspec: Kspec, arguments: list[str], words: str) -> None:
    ran = kspec("check", *arguments)
    assert ran.code == 2 and words in ran.err


def test_without_git_that_is_said(k8s: Path, kspec: Kspec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    ran = kspec("check", "k8s", "--changed-since", "HEAD")
    assert ran.code == 2 and "git is not installed" in ran.err
