"""The kept parse table: cheap to load, and never a reason to fail."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kspec.syntax.table import store
from kspec.syntax.table.table import from_json, to_json

READ = """
from kspec.source.text import SourceFile
from kspec.syntax import parse
print(parse(SourceFile("t", "x: 1")).file)
"""


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    path = tmp_path / "grammar.json"
    assert store.write_table(store.table(), path)
    return path


def run(code: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "XDG_CACHE_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=True
    )


def test_a_table_survives_being_written_down() -> None:
    assert from_json(to_json(store.table())) == store.table()


def test_a_kept_table_is_read_back(kept: Path) -> None:
    assert store.read_table(kept) == store.table()


def test_a_missing_table_is_none(tmp_path: Path) -> None:
    assert store.read_table(tmp_path / "nothing") is None
    assert store.read_table(tmp_path) is None


@pytest.mark.parametrize("keep", [0, 1, 70, 1000])
def test_a_table_cut_short_is_none(kept: Path, keep: int) -> None:
    kept.write_bytes(kept.read_bytes()[:keep])
    assert store.read_table(kept) is None


def test_a_table_with_a_changed_byte_is_none(kept: Path) -> None:
    content = bytearray(kept.read_bytes())
    content[len(content) // 2] ^= 1
    kept.write_bytes(content)
    assert store.read_table(kept) is None


def test_a_table_of_another_shape_is_none(tmp_path: Path) -> None:
    import hashlib

    for body in (b"[]", b"{}", b'{"names": 3}', b"\xff"):
        path = tmp_path / "other.json"
        path.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        assert store.read_table(path) is None


def test_a_place_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    assert store.write_table(store.table(), blocked / "kspec" / "grammar.json") is False
    if os.geteuid() != 0:
        tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
        assert store.write_table(store.table(), tmp_path / "grammar.json") is False
        tmp_path.chmod(stat.S_IRWXU)


def test_a_table_next_to_the_grammar_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "data_dir", lambda kind: tmp_path / kind)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    places = list(store._places())
    assert places == [tmp_path / "grammar" / store.table_name(), tmp_path / "cache" / "kspec" / store.table_name()]


def test_the_name_of_a_table_changes_with_the_grammar(monkeypatch: pytest.MonkeyPatch) -> None:
    before = store.table_name()
    monkeypatch.setattr(store, "grammar_digest", lambda: "0" * 64)
    assert store.table_name() != before


def test_nothing_is_left_behind_but_the_table(kept: Path) -> None:
    assert [p.name for p in kept.parent.iterdir()] == [kept.name]


def test_processes_that_start_together_with_an_empty_cache_all_read(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, "-c", READ]
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)
    ]
    for process in running:
        out, error = process.communicate(timeout=120)
        assert (process.returncode, error) == (0, b"")
        assert out.startswith(b"File(")
    assert store.read_table(tmp_path / "kspec" / store.cache_path().name) == store.table(), "whoever compiles it"
    again = run(f"import sys\n{READ}\nprint('lark' in sys.modules)", tmp_path)
    assert again.stdout.endswith("False\n"), "with a table at hand, Lark is not needed"
