"""A quota's books: what is used, as the API server adds it up with each new object, and as it is counted afresh.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go,
pkg/quota/v1/evaluator/core/pods.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kspec.api.admission.quota import counted
from kspec.api.amounts import ZERO, Amounts, add, amounts, written
from kspec.api.fields import mapping, text
from kspec.cluster.stored import Stored, part
from kspec.domain.kinds import kind_of
from kspec.source.tree import Object

_COUNT = "count/pods"


def charged(quotas: Iterable[Stored], manifest: Object) -> Iterator[Object]:
    """The quotas that count a new object, with that added to what is used."""
    for quota in quotas:
        more = {name: q for name, q in _of(quota, manifest).items() if name in mapping(quota.status, "hard")}
        if any(q.amount for q in more.values()):
            used = amounts(quota.status, "used")
            add(used, more)
            draft = quota.draft()
            part(draft, "status")["used"] = written(used)
            yield draft


def recounted(quota: Stored, objects: Iterable[Stored]) -> Object:
    """A quota's status from all objects of its namespace."""
    hard = amounts(quota.spec, "hard")
    used: Amounts = dict.fromkeys(hard, ZERO)
    for stored in objects:
        more = _of(quota, stored.manifest)
        if stored.kind == "Pod" and _ended(stored):
            more = {name: quantity for name, quantity in more.items() if name == _COUNT}
        add(used, more)
    return {"hard": written(hard), "used": written(used)}


def _of(quota: Stored, manifest: Object) -> Amounts:
    kind = kind_of(text(manifest, "apiVersion"), text(manifest, "kind"))
    return counted(quota.manifest, kind, manifest) if kind is not None else {}


def _ended(pod: Stored) -> bool:
    return text(pod.status, "phase") in ("Succeeded", "Failed")
