"""Paths inside containers and on nodes.

Upstream: pkg/apis/core/validation/validation.go, validateLocalDescendingPath and its neighbours (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import Cause, FieldPath, each, invalid, required
from kspec.api.validation.names import dns_subdomain, http_path, http_path_message


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


def domain_prefixed_path(at: FieldPath, value: str) -> Iterator[Cause]:
    """`acme.io/foo`."""
    host, _, path = value.partition("/")
    if not value:
        yield required(at)
    elif not host or not path:
        yield invalid(at, value, 'must be a domain-prefixed path (such as "acme.io/foo")')
    else:
        yield from each(at, host, dns_subdomain(host))
        if not http_path(path):
            yield invalid(at, path, http_path_message())
