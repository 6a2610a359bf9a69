"""Bad input gives a finding with a place and exit code 2, never a traceback, and leaves no output behind."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running import Ran

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: 'c:1'}]}\n"
BAD: dict[str, bytes] = {
    "binary.yaml": b"\x7fELF\x02\x01\x01\x00\x00\x00",
    "empty.yaml": b"",
    "comment.yaml": b"# nothing\n",
    "plain.yaml": b"a: 1\nb: 2\n",
    "unknown-kind.yaml": b"apiVersion: apps/v1\nkind: Deploymint\nmetadata: {name: x}\n",
    "wrong-type.yaml": POD.replace("[{name: c, image: 'c:1'}]", "many").encode(),
    "unknown-field.yaml": POD.replace("containers", "container").encode(),
    "duplicate.yaml": f"{POD}---\n{POD}".encode(),
    "tab.yaml": b"apiVersion: v1\n\tkind: Pod\n",
    "bomb.yaml": b"a: &a [x,x,x,x,x,x,x,x,x]\n"
    + b"".join(b"%c: &%c [%s]\n" % (98 + i, 98 + i, b",".join([b"*%c" % (97 + i)] * 9)) for i in range(12)),
    "latin1.yaml": "apiVersion: v1\nkind: Pod # \xe9\n".encode("latin-1"),
    "empty.kspec": b"",
    "syntax.kspec": b"namespace shop { deployment web { replicas 3 } }\n",
    "name.kspec": b"namespace shop { deployment web { replicas: three } }\n",
    "cycle.kspec": b'import "cycle.kspec"\n',
    "missing-import.kspec": b'import "nowhere.kspec"\n',
    "deep.kspec": b"namespace x { " + b"a { " * 5000 + b"}" * 5001,
}


@pytest.mark.parametrize("verb", ["build", "place", "schedule", "simulate", "verify"])
@pytest.mark.parametrize("name", sorted(BAD))
def test_bad_input_is_told_and_nothing_is_written(
    name: str, verb: str, tmp_path: Path, kspec: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(BAD[name])
    ran = kspec(verb, name, "--format", "json")
    assert ran.code == 2
    found = ran.json
    assert found["schema"] == "kspec/check/v1"
    errors = [d for d in found["diagnostics"] if d["severity"] == "error"]
    assert errors and all(d["span"]["file"].endswith(name) for d in errors)
    assert [p.name for p in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("verb", ["build", "validate", "place", "schedule", "simulate", "verify"])
def test_a_missing_file_and_an_empty_folder_are_told(verb: str, tmp_path: Path, kspec: Callable[..., Ran]) -> None:
    for path in (tmp_path / "nowhere.kspec", tmp_path):
        ran = kspec(verb, path, "--format", "json")
        assert ran.code == 2
        assert [d["severity"] for d in ran.json["diagnostics"]] == ["error"]


@pytest.mark.parametrize("text", ["a: 1\n", "apiVersion: v2\nname: chart\n", "apiVersion: v1\nkind: List\nitems: []\n"])
@pytest.mark.parametrize("verb", ["check", "validate", "place"])
def test_an_input_without_any_object_is_no_success(
    verb: str, text: str, tmp_path: Path, kspec: Callable[..., Ran]
) -> None:
    (tmp_path / "values.yaml").write_text(text)
    ran = kspec(verb, tmp_path, "--format", "json")
    assert ran.code == 2
    assert [d["rule"] for d in ran.json["diagnostics"] if d["severity"] == "error"] == ["KS0024"]


def test_validate_tells_of_documents_that_are_no_objects(tmp_path: Path, kspec: Callable[..., Ran]) -> None:
    (tmp_path / "pod.yaml").write_text(POD)
    (tmp_path / "lost.yaml").write_text(POD.replace("kind: Pod\n", ""))
    ran = kspec("validate", tmp_path)
    assert ran.code == 0
    assert "1 accepted, 0 refused" in ran.out
    assert "the document has no `kind`" in ran.err and "lost.yaml" in ran.err


@pytest.mark.parametrize("module", ["kspec", "kspec.cli.main"])
def test_the_command_is_a_module_too(module: str) -> None:
    ran = subprocess.run([sys.executable, "-m", module, "--version"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout[:6]) == (0, "kspec ")


def test_all_mistakes_of_a_text_are_told_at_once(tmp_path: Path, kspec: Callable[..., Ran]) -> None:
    text = "namespace shop {\n  deployment web { replicas 3 }\n  service web { target web }\n}\n"
    (tmp_path / "two.kspec").write_text(text)
    found = kspec("place", tmp_path / "two.kspec", "--format", "json").json["diagnostics"]
    assert [d["span"]["line"] for d in found] == [2, 3]


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["place"],
        ["place", "x.kspec", "--format", "xml"],
        ["place", "x.kspec", "--set", "novalue"],
        ["schedule", "--case", "nowhere"],
        ["validate", "--case", "nowhere"],
        ["explain", "KS0000"],
    ],
)
def test_wrong_usage_is_exit_2_with_a_word_on_standard_error(arguments: list[str], kspec: Callable[..., Ran]) -> None:
    ran = kspec(*arguments)
    assert ran.code == 2
    assert ran.err or ran.out


def test_help_and_version_tell_what_there_is(kspec: Callable[..., Ran]) -> None:
    assert kspec("--version").out.startswith("kspec ")
    listed = kspec("--help")
    assert listed.code == 0 and all(verb in listed.out for verb in ("build", "place", "verify", "Examples:"))
