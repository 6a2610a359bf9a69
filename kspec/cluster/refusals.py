"""The API server's words for requests that it refuses.

Upstream: staging/src/k8s.io/apimachinery/pkg/api/errors/errors.go (v1.36).
"""

from __future__ import annotations

from kspec.api.admission.chain import ENDING_NAMESPACE
from kspec.api.admission.refusal import Refusal, not_found, qualified
from kspec.cluster.stored import Key
from kspec.domain.kinds import KINDS

_PLURALS = {k.kind: qualified(k.plural, k.group) for k in reversed(KINDS)}


def resource_name(kind: str) -> str:
    """A kind as messages name it: `jobs.batch`."""
    return _PLURALS.get(kind, kind.lower())


def gone(kind: str, key: Key) -> Refusal:
    plural, _, group = _PLURALS.get(kind, kind.lower()).partition(".")
    return not_found(plural, key[1], group)


def exists(kind: str, name: str) -> Refusal:
    return Refusal(409, "AlreadyExists", f'{_PLURALS.get(kind, kind.lower())} "{name}" already exists')


def ending(kind: str, key: Key) -> Refusal:
    why = f"unable to create new content in namespace {key[0]} {ENDING_NAMESPACE}"
    return Refusal(403, "Forbidden", f'{_PLURALS.get(kind, kind.lower())} "{key[1]}" is forbidden: {why}')


def conflict(kind: str, name: str) -> Refusal:
    said = "the object has been modified; please apply your changes to the latest version and try again"
    return Refusal(409, "Conflict", f'Operation cannot be fulfilled on {_PLURALS.get(kind, kind)} "{name}": {said}')
