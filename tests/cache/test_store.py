"""A store gives back what was put into it, or nothing; it never fails, and it keeps to its size."""

from __future__ import annotations

import errno
import os
import random
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from kspec.cache.store import Folder

KEY, OTHER = "ab" * 20, "abcd" * 10


@pytest.fixture
def store(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "answers")


def _files(store: Folder) -> list[Path]:
    return [f for f in store.path.rglob("*") if f.is_file()]


@pytest.mark.parametrize("content", [b"", b"x", b"\0" * 100_000, os.urandom(5_000)])
def test_what_was_put_comes_back(store: Folder, content: bytes) -> None:
    assert store.get(KEY) is None
    store.put(KEY, content)
    assert store.get(KEY) == content
    assert store.get(OTHER) is None


def test_damage_is_noticed_wherever_it_is(store: Folder) -> None:
    store.put(KEY, b"an answer that somebody relies on" * 5)
    (file,) = _files(store)
    whole = file.read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :])
        assert store.get(KEY) is None, f"byte {place}"
        file.write_bytes(whole[:place])
        assert store.get(KEY) is None, f"cut at {place}"


def test_an_answer_under_another_name_is_no_answer(store: Folder) -> None:
    store.put(KEY, b"yes")
    (file,) = _files(store)
    file.rename(store.path / OTHER[:2] / OTHER[2:])
    assert store.get(OTHER) is None


def test_the_longest_unused_goes_first(tmp_path: Path) -> None:
    store = Folder(tmp_path, limit=40_000)
    keys = [f"{n:02x}" * 20 for n in range(20)]
    for number, key in enumerate(keys):
        store.put(key, random.Random(number).randbytes(4_000))
        for older, file in enumerate(sorted(_files(store))):
            os.utime(file, (older, older))
        store.get(keys[0])
        store.trim()
        assert sum(f.stat().st_size for f in _files(store)) <= 40_000
    assert store.get(keys[0]) is not None, "used all the time"
    assert store.get(keys[1]) is None
    assert store.get(keys[-1]) is not None


def test_what_is_larger_than_the_store_is_not_kept(tmp_path: Path) -> None:
    store = Folder(tmp_path, limit=1_000)
    store.put(KEY, os.urandom(2_000))
    assert store.get(KEY) is None and not _files(store)


def test_files_that_were_never_finished_are_swept(store: Folder) -> None:
    store.put(KEY, b"yes")
    old, young = store.path / "ab" / ".new-old", store.path / "ab" / ".new-young"
    old.write_bytes(b"half"), young.write_bytes(b"half")
    os.utime(old, (0, 0))
    store.trim()
    assert not old.exists() and young.exists()


def test_a_folder_that_cannot_be_is_as_if_empty(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = Folder(tmp_path / "file" / "answers")
    store.put(KEY, b"yes")
    assert store.get(KEY) is None


def test_a_full_disk_leaves_nothing_behind(store: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    store.put(KEY, b"yes")
    assert store.get(KEY) is None and not _files(store)


def _hammer(path: Path, seed: int) -> bool:
    store, dice, sound = Folder(path, limit=60_000), random.Random(seed), True
    for _ in range(150):
        number = dice.randrange(12)
        key, content = f"{number:02x}" * 20, bytes([number]) * 50 + random.Random(number).randbytes(8_000)
        store.put(key, content)
        sound &= store.get(key) in (None, content)
    return sound


def test_many_at_once_never_read_halves(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        assert all(pool.map(_hammer, [tmp_path] * 4, range(4)))
