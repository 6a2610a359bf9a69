"""How the API server says no.

Upstream: staging/src/k8s.io/apimachinery/pkg/api/errors/errors.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kspec.api.cause import Cause
from kspec.domain.kinds import Kind

NO_RESOURCE = "the server could not find the requested resource"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused request: the HTTP code, the machine's reason, the message, and the fields at fault."""

    code: int
    reason: str
    message: str
    causes: tuple[Cause, ...] = ()


class Refused(Exception):
    """Ends the handling of a request; caught where the request came in."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def bad_request(message: str) -> Refusal:
    return Refusal(400, "BadRequest", message)


def not_found(plural: str, name: str, group: str = "") -> Refusal:
    """An object that should be there and is not."""
    return Refusal(404, "NotFound", f'{qualified(plural, group)} "{name}" not found')


def no_resource() -> Refusal:
    """A kind that the server does not serve."""
    return Refusal(404, "NotFound", NO_RESOURCE)


def forbidden(kind: Kind, name: str, why: str) -> Refusal:
    """An object that a policy of the cluster does not let in."""
    return Refusal(403, "Forbidden", f'{qualified(kind.plural, kind.group)} "{name}" is forbidden: {why}')


def invalid(kind: str, group: str, name: str, causes: Iterable[Cause]) -> Refusal:
    """An object with malformed fields. Equal causes are said once, but all of them are listed."""
    found = tuple(causes)
    said = aggregate(str(cause) for cause in found)
    return Refusal(422, "Invalid", f'{qualified(kind, group)} "{name}" is invalid: {said}', found)


def aggregate(messages: Iterable[str]) -> str:
    """Several errors in Go's way: one stands alone, more are listed in brackets, equal ones once."""
    unique = list(dict.fromkeys(messages))
    return unique[0] if len(unique) == 1 else f"[{', '.join(unique)}]"


def qualified(name: str, group: str) -> str:
    """`deployments.apps`, or `pods` in the core group."""
    return f"{name}.{group}" if group else name
