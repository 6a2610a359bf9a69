"""Which kspec this is: two that could answer differently are not the same."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from functools import cache
from pathlib import Path

from kspec import __version__
from kspec.source.data import data_dir

_LIBRARIES = re.compile(r"(z3_solver|lark|pydantic|pydantic_core|numpy|jinja2|pyyaml)-[^-]+\.(dist|egg)-info", re.I)


@cache
def identity() -> str:
    """A digest of the program, its models, grammar and schemas, and of the libraries that have a say in answers."""
    state = hashlib.blake2b(digest_size=16)
    state.update(f"{__version__} {sys.version} {_libraries()}".encode())
    package = Path(__file__).resolve().parents[1]
    for folder in (package, *(data_dir(kind) for kind in ("models", "grammar", "schemas"))):
        for file in _files(folder):
            state.update(os.path.relpath(file, folder).encode(errors="surrogateescape") + b"\0")
            with Path(file).open("rb") as stream:
                state.update(hashlib.blake2b(stream.read()).digest())
    return state.hexdigest()


def _files(folder: Path) -> list[str]:
    found = []
    for root, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if f != "__pycache__"]
        found += [os.path.join(root, name) for name in names if not name.startswith(".")]  # noqa: PTH118 - speed
    return sorted(found)


def _libraries() -> list[str]:
    """Names and versions, as the folders of installed packages state them."""
    found: set[str] = set()
    for place in sys.path:
        if place and Path(place).is_dir():
            found |= {name.lower() for name in os.listdir(place) if _LIBRARIES.fullmatch(name)}  # noqa: PTH208
    return sorted(found)
