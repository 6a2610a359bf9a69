"""What the checks of the Pod Security Standards share: findings, and the words to tell them.

Upstream: staging/src/k8s.io/pod-security-admission/policy/{checks,helpers,visitor}.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from kspec.api.fields import EMPTY, flag, maybe, objects, text
from kspec.source.tree import Object


class Finding(NamedTuple):
    """Why a pod does not meet a standard."""

    reason: str
    detail: str

    def __str__(self) -> str:
        return f"{self.reason} ({self.detail})" if self.detail else self.reason


Check = Callable[[Object, Object], Finding | None]
"""Looks at a pod's metadata and spec."""


class Versioned(NamedTuple):
    """A check: its id, its forms with the minor versions since which they hold, and the baseline check it replaces."""

    id: str
    checks: tuple[tuple[int, Check], ...]
    overrides: str = ""

    def at(self, minor: int) -> Check | None:
        """The check as the standard of that version has it."""
        return next((check for since, check in reversed(self.checks) if since <= minor), None)


def visited(spec: Object) -> Iterator[Object]:
    """All containers, in upstream's order."""
    for field in ("initContainers", "containers", "ephemeralContainers"):
        yield from objects(spec, field)


def context(owner: Object) -> Object:
    """The security context of a pod's spec or a container, empty where there is none."""
    return maybe(owner, "securityContext") or EMPTY


def quote(items: Iterable[str]) -> str:
    return ", ".join(f'"{item}"' for item in items)


def plural(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


def containers(names: list[str]) -> str:
    """`container "a"` or `containers "a", "b"`."""
    return f"{plural('container', 'containers', len(names))} {quote(names)}"


def setters(pod: bool, names: list[str]) -> str:
    """`pod and container "a"`, as far as they are at fault; empty where none is."""
    return " and ".join((["pod"] if pod else []) + ([containers(names)] if names else []))


def on_windows(spec: Object) -> bool:
    return text(spec, "os", "name") == "windows"


def in_user_namespace(spec: Object) -> bool:
    return flag(spec, "hostUsers") is False


def names_where(spec: Object, wrong: Callable[[Object], bool]) -> list[str]:
    """The names of the containers of which something is true."""
    return [text(c, "name") for c in visited(spec) if wrong(c)]
