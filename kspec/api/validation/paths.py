"""Paths inside containers and on nodes.

Upstream: pkg/apis/core/validation/validation.go, validateLocalDescendingPath and its neighbours (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import Cause, FieldPath, invalid


def no_backsteps(at: FieldPath, path: str) -> Iterator[Cause]:
    """No `..` on the way."""
    if ".." in path.split("/"):
        yield invalid(at, path, "must not contain '..'")


def local_descending(at: FieldPath, path: str) -> Iterator[Cause]:
    """Relative, and never upwards."""
    if path.startswith("/"):
        yield invalid(at, path, "must be a relative path")
    yield from no_backsteps(at, path)


def local_non_reserved(at: FieldPath, path: str) -> Iterator[Cause]:
    """Relative, never upwards, and not one of the names that start with `..` (kubelet's own)."""
    yield from local_descending(at, path)
    if path.startswith("..") and not path.startswith("../"):
        yield invalid(at, path, "must not start with '..'")


def file_mode(at: FieldPath, mode: int | None) -> Iterator[Cause]:
    """Permission bits, octal 0 to 0777."""
    if mode is not None and not 0 <= mode <= 0o777:
        yield invalid(at, mode, "must be a number between 0 and 0777 (octal), both inclusive")
