"""Plain values: their digests and their way to JSON and back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.cache.digest import digest
from kspec.cache.plain import Form


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Leaf:
    name: str
    colour: Colour = Colour.RED
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Tree:
    leaves: tuple[Leaf, ...]
    notes: dict[str, object] = field(default_factory=dict, hash=False)


_DIFFERENT = [
    None, False, 0, 0.0, "", b"", "0", (), ((),), ("", ""), ("a", "b"), ("ab",), frozenset({"a"}), {"a": "b"},
    {"a": "b", "c": "d"}, {"c": "d", "a": "b"}, Colour.RED, Colour.BLUE, Leaf("a"), Leaf("a", Colour.BLUE), Tree(()),
    Tree((Leaf("a"),)), True, 1, -1, "\ud800",
]  # fmt: skip


def test_different_values_have_different_digests() -> None:
    found = [digest(value) for value in _DIFFERENT]
    assert len(set(found)) == len(_DIFFERENT)


def test_what_comparison_leaves_out_does_not_count() -> None:
    assert digest(Leaf("a", place=1)) == digest(Leaf("a", place=2))


def test_functions_have_no_digest() -> None:
    with pytest.raises(TypeError, match="not plain"):
        digest(("a", print))


def test_digests_are_the_same_in_every_process() -> None:
    code = "from kspec.cache.digest import digest; print(digest(frozenset('abcdefgh'), {'x': (1, 2.5)}))"
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in range(3)
    }
    assert len(found) == 1


_LEAVES = st.builds(Leaf, st.text(), st.sampled_from(Colour), st.integers())
_NOTES = st.dictionaries(st.text().filter(lambda k: k != "$"), st.none() | st.booleans() | st.floats(allow_nan=False))


@given(st.builds(Tree, st.lists(_LEAVES).map(tuple), _NOTES))
def test_values_come_back_from_json(tree: Tree) -> None:
    for form in (Form([Tree, Leaf, Colour]), Form([Tree, Colour], shared=[Leaf])):
        assert form.read(json.loads(json.dumps(form.write(tree)))) == tree


def test_only_listed_classes_are_written_and_made() -> None:
    with pytest.raises(TypeError, match="Leaf cannot be kept"):
        Form([Tree, Colour]).write(Tree((Leaf("a"),)))
    with pytest.raises(KeyError):
        Form([Tree]).read({"value": {"$": "Leaf", "name": "a"}, "shared": []})
