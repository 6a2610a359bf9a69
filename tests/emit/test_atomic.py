"""A folder is replaced whole, or stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from kspec.emit.atomic import write_file, write_tree


def test_a_tree_holds_exactly_the_new_files(tmp_path: Path) -> None:
    write_tree(tmp_path / "out", {"a.txt": "1", "b/c.txt": "2"})
    write_tree(tmp_path / "out", {"b/d.txt": "3"})
    left = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file())
    assert left == ["out/.kspec-out", "out/b/d.txt"]


def test_a_folder_that_kspec_did_not_write_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "precious").write_text("mine")
    with pytest.raises(FileExistsError):
        write_tree(tmp_path / "out", {"a": "1"})
    assert (tmp_path / "out" / "precious").read_text() == "mine"


def test_a_failed_write_leaves_the_old_tree_and_no_litter(tmp_path: Path) -> None:
    write_tree(tmp_path / "out", {"a": "1"})
    with pytest.raises(OSError):
        write_tree(tmp_path / "out", {"b": "2", "x" * 300: "too long a name"})
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "a").read_text() == "1"


def test_a_file_is_replaced_at_once(tmp_path: Path) -> None:
    write_file(tmp_path / "f", "1")
    write_file(tmp_path / "f", "2")
    assert [p.name for p in tmp_path.iterdir()] == ["f"]
    assert (tmp_path / "f").read_text() == "2"
