"""The law of the cache: with it and without it, a run says the same, byte for byte except the seconds."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from kspec.cli.checking import run as checking
from tests.running import DESIGNS, Ran

Kspec = Callable[..., Ran]
DAY = "1780272000"  # 2026-06-01
FORMATS = ("text", "json", "jsonl", "sarif", "junit", "github", "gitlab", "checkstyle", "markdown", "html")

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations: {kspec/allow: "KS3028=pinned elsewhere until 2026-06-02"}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: web, image: web}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: website}
  ports: [{port: 80}]
"""
DESIGN = """\
import yaml "extra/*.yaml"
import "names.kspec" as names
param replicas: 1..9 = 3
cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 8Gi } } }
namespace shop {
  deployment web { replicas: replicas  container app { image: names.image  resources { cpu: 1  memory: 1Gi..1Gi } } }
  pdb web { minAvailable: 2 }
}
env big { deployment/web.replicas: 9 }
invariant budget: always web.available >= 2 under drain(any node)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a design, a cache that is on, and a fixed day."""
    monkeypatch.delenv("KSPEC_NO_CACHE", raising=False)
    monkeypatch.setenv("KSPEC_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAY)
    work = tmp_path / "work"
    (work / "k8s").mkdir(parents=True)
    (work / "design" / "extra").mkdir(parents=True)
    (work / "k8s" / "web.yaml").write_text(WEB)
    (work / "k8s" / "service.yaml").write_text(SERVICE)
    (work / "design" / "shop.kspec").write_text(DESIGN)
    (work / "design" / "names.kspec").write_text('let image = "ghcr.io/acme/web:1.4.2"\n')
    (work / "design" / "extra" / "a.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: spare}\n")
    (work / "kspec.toml").write_text("")
    monkeypatch.chdir(work)
    return work


def _timeless(ran: Ran) -> tuple[int, str, str]:
    return ran.code, re.sub(r'"seconds": [0-9.]+', '"seconds": 0', ran.out), ran.err


def agree(kspec: Kspec, *arguments: str | Path) -> Ran:
    """The answer of the cache, of the cache again and of no cache: all the same."""
    fresh = kspec(*arguments, "--no-cache")
    for _ in range(2):
        assert _timeless(kspec(*arguments)) == _timeless(fresh)
    return fresh


def asked_anew(monkeypatch: pytest.MonkeyPatch, kspec: Kspec, *arguments: str) -> bool:
    """Whether a check looks at the design, rather than at the cache."""
    looked: list[object] = []
    real = checking.check
    with monkeypatch.context() as patched:
        patched.setattr(checking, "check", lambda *args: looked.append(args) or real(*args))
        kspec("check", *arguments)
    return bool(looked)


@pytest.mark.parametrize("format", FORMATS)
def test_all_formats_tell_the_same_from_the_cache(folder: Path, kspec: Kspec, format: str) -> None:
    assert agree(kspec, "check", "k8s", "--format", format).code == 1


def test_one_look_serves_all_formats(folder: Path, kspec: Kspec, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked_anew(monkeypatch, kspec, "k8s")
    for format in FORMATS:
        assert not asked_anew(monkeypatch, kspec, "k8s", "--format", format)


_CHANGES: dict[str, Callable[[Path], object]] = {
    "a byte of a file": lambda f: (f / "k8s/service.yaml").write_text(SERVICE.replace("website", "web")),
    "a file more": lambda f: (f / "k8s/more.yaml").write_text(SERVICE.replace("name: web", "name: more")),
    "a file less": lambda f: (f / "k8s/service.yaml").unlink(),
    "a folder more": lambda f: (f / "k8s/sub").mkdir() or (f / "k8s/sub/x.yml").write_text(SERVICE),
    "the configuration": lambda f: (f / "kspec.toml").write_text('ignore = ["KS2002"]\n'),
    "a configuration nearer by": lambda f: (f / "kspec.toml").rename(f / "pyproject.toml"),
    "a file that is a link now": lambda f: (
        (f / "k8s/web.yaml").rename(f / "elsewhere"),
        (f / "k8s/web.yaml").symlink_to(f / "k8s/service.yaml"),
    ),
}


@pytest.mark.parametrize("change", _CHANGES)
def test_a_change_is_noticed(folder: Path, kspec: Kspec, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    agree(kspec, "check", "k8s")
    _CHANGES[change](folder)
    assert asked_anew(monkeypatch, kspec, "k8s")
    agree(kspec, "check", "k8s")


def test_touching_and_unrelated_files_are_no_change(
    folder: Path, kspec: Kspec, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(kspec, "check", "k8s")
    (folder / "k8s" / "web.yaml").write_text(WEB)
    (folder / "k8s" / "README.md").write_text("words")
    assert not asked_anew(monkeypatch, kspec, "k8s")


def test_going_back_is_no_change(folder: Path, kspec: Kspec, monkeypatch: pytest.MonkeyPatch) -> None:
    agree(kspec, "check", "design")
    (folder / "design" / "shop.kspec").write_text(DESIGN.replace('import yaml "extra/*.yaml"\n', ""))
    agree(kspec, "check", "design")
    (folder / "design" / "shop.kspec").write_text(DESIGN)
    assert not asked_anew(monkeypatch, kspec, "design")


def test_a_day_counts_where_something_ends_on_one(folder: Path, kspec: Kspec, monkeypatch: pytest.MonkeyPatch) -> None:
    agree(kspec, "check", "k8s")
    agree(kspec, "check", "k8s/service.yaml")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(DAY) + 3 * 86_400))
    assert not asked_anew(monkeypatch, kspec, "k8s/service.yaml")
    assert "KS0014" in agree(kspec, "check", "k8s").out


@pytest.mark.parametrize(
    "arguments",
    [
        ["--env", "big"],
        ["--set", "replicas=4"],
        ["--profile", "strict"],
        ["--select", "KS9"],
        ["--fail-on", "info"],
        ["--no-solve"],
    ],
    ids=" ".join,
)
def test_options_are_part_of_the_question(folder: Path, kspec: Kspec, arguments: list[str]) -> None:
    agree(kspec, "check", "design")
    agree(kspec, "check", "design", *arguments)


@pytest.mark.parametrize("verb", ["check", "verify", "build"])
def test_verbs_agree_while_a_design_is_edited(folder: Path, kspec: Kspec, verb: str) -> None:
    """Random edits of all files; after each the cache says what a fresh run says."""
    dice = random.Random(verb)
    files = {p: p.read_text() for p in (folder / "design").rglob("*") if p.is_file()}
    edits = [("count: 3", "count: 4"), ("3\n", "2\n"), ("minAvailable: 2", "minAvailable: 3"), ("1.4.2", "1.4.3")]
    edits += [("cpu: 1 ", "cpu: 9 "), ("spare", "other"), ("}\n", "} # x\n"), ("web {", "wob {")]
    codes = set()
    for _ in range(7):
        for path, text in files.items():
            old, new = dice.choice([e for e in edits if e[0] in text])
            path.write_text(text.replace(old, new, 1) if dice.random() < 0.7 else text)
        codes.add(agree(kspec, verb, "design", "--format", "json").code)
    assert len(codes) > 1, "the edits matter"


def test_standard_input_counts(folder: Path, kspec: Kspec, monkeypatch: pytest.MonkeyPatch) -> None:
    from io import BytesIO, TextIOWrapper

    said = []
    for text in (WEB, SERVICE, WEB):
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(text.encode())))
        said.append(kspec("check", "-").out)
    assert said[0] == said[2] != said[1] and " --> <stdin>:" in said[1] and " | " in said[1]


@pytest.mark.parametrize("case", ["B01/faulty", "B14/faulty", "K1/faulty"])
def test_stories_are_told_again_word_for_word(folder: Path, kspec: Kspec, case: str) -> None:
    design = DESIGNS / "faults" / f"{case}.kspec"
    assert agree(kspec, "verify", design).code == 1
    agree(kspec, "verify", design, "--format", "json")
    agree(kspec, "check", design, "--format", "sarif")


def test_an_unchanged_property_costs_nothing_in_a_changed_design(
    folder: Path, kspec: Kspec, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(kspec, "verify", "design")
    more = "invariant more: always web.available >= 1 under drain(any node)\n"
    (folder / "design" / "shop.kspec").write_text("# another line\n" + DESIGN + more)

    def refuse(*args: object) -> None:
        raise AssertionError("nobody should verify this again")

    monkeypatch.setattr("kspec.check.design.verify", refuse)
    assert kspec("verify", "design", "--property", "budget").code == 0


def test_what_was_not_decided_is_asked_again(folder: Path, kspec: Kspec, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("verify", "design", "--engine", "walk")
    assert kspec(*arguments).code == 3
    asked: list[object] = []
    from kspec.check import design

    real = design.verify
    monkeypatch.setattr(design, "verify", lambda *args: asked.append(args) or real(*args))
    kspec(*arguments)
    assert asked


def test_damage_costs_time_only(folder: Path, kspec: Kspec) -> None:
    fresh = kspec("check", "k8s")
    for file in (folder.parent / "cache" / "answers").rglob("*"):
        if file.is_file():
            file.write_bytes(b"rubbish")
    assert kspec("check", "k8s") == fresh


@pytest.mark.parametrize("said", ["cache = false", 'cache = "here"', "cache-limit = 1"])
def test_the_configuration_has_a_say(folder: Path, kspec: Kspec, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.delenv("KSPEC_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder.parent / "xdg"))
    (folder / "kspec.toml").write_text(said + "\n")
    assert kspec("check", "k8s").code == 1
    places = [p for p in (folder / "here" / "answers", folder.parent / "xdg" / "kspec" / "answers") if p.exists()]
    assert [p.relative_to(folder.parent).as_posix() for p in places] == {
        "cache = false": [],
        'cache = "here"': ["work/here/answers"],
        "cache-limit = 1": ["xdg/kspec/answers"],
    }[said]


OTHER_VERBS = [
    ("place", "design/shop.kspec"),
    ("schedule", "design/shop.kspec"),
    ("validate", "design/shop.kspec"),
    ("validate", "k8s"),
]


@pytest.mark.parametrize("arguments", OTHER_VERBS, ids=" ".join)
@pytest.mark.parametrize("format", ["text", "json"])
def test_other_verbs_tell_the_same_from_the_cache_and_notice_changes(
    folder: Path, kspec: Kspec, format: str, arguments: tuple[str, str]
) -> None:
    before = agree(kspec, *arguments, "--format", format)
    (folder / "design/shop.kspec").write_text(
        DESIGN.replace("deployment web", "deployment site").replace("pdb web", "pdb site")
    )
    (folder / "k8s/web.yaml").write_text(WEB.replace("replicas: 2", "replicas: -1"))
    after = agree(kspec, *arguments, "--format", format)
    assert after.out != before.out


def test_an_edit_that_no_placement_looks_at_places_nothing_anew(
    folder: Path, kspec: Kspec, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kspec.cli.checking import placing

    (folder / "design/shop.kspec").write_text(DESIGN.partition("invariant")[0])
    placed: list[object] = []
    real = placing.solve
    monkeypatch.setattr(placing, "solve", lambda *args, **more: placed.append(args) or real(*args, **more))
    kspec("check", "design/shop.kspec")
    first = len(placed)
    with (folder / "design/extra/a.yaml").open("a") as file:
        file.write(f"---\n{SERVICE}")
    agree(kspec, "check", "design/shop.kspec")
    fresh = len(placed) - first
    assert first > 0 and fresh == first, "only the run without a cache places again"
    (folder / "design/shop.kspec").write_text(DESIGN.partition("invariant")[0].replace("cpu: 1 ", "cpu: 2 "))
    agree(kspec, "check", "design/shop.kspec")
    assert len(placed) > first + fresh + 1
