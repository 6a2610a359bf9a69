"""The eviction API: a pod is deleted if its disruption budget allows it.

Upstream: pkg/registry/core/pod/storage/eviction.go (v1.36).
"""

from __future__ import annotations

from kspec.api.admission.refusal import Refused
from kspec.api.fields import integer, obj, text
from kspec.cluster.apiserver import ApiServer
from kspec.cluster.budget import allowed_condition, budgets_of
from kspec.cluster.controller import is_ready, phase
from kspec.cluster.loop import Loop
from kspec.cluster.moments import stamp
from kspec.cluster.stored import Condition, Key, Stored, conditions_json
from kspec.cluster.timing import WRITE
from kspec.source.tree import Object

_BY = "kube-apiserver"
_TOO_MANY = "Cannot evict pod as it would violate the pod's disruption budget."
_SEVERAL = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
_FREE = ("Succeeded", "Failed", "Pending")


class TooMany(Exception):
    """The budget does not allow it; `why` tells more."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


async def evict(loop: Loop, api: ApiServer, key: Key) -> Object:
    """Evict a pod; the API server's answer in the form of the log."""
    try:
        pod = api.get("Pod", key)
        budgets = [] if pod.deleting or phase(pod) in _FREE else budgets_of(pod, api.store.all)
        if len(budgets) > 1:
            return {"evictionResult": 500, "reason": None, "message": _SEVERAL, "details": {}}
        if budgets and not _unhealthy_may_go(pod, budgets[0]):
            _spend(loop, api, pod, budgets[0])
            await loop.sleep(WRITE)
        await _delete(loop, api, pod)
    except TooMany as refused:
        causes: Object = {"causes": [{"reason": "DisruptionBudget", "message": refused.why}]}
        return {"evictionResult": 429, "reason": "TooManyRequests", "message": _TOO_MANY, "details": causes}
    except Refused as refused:
        refusal = refused.refusal
        return {"evictionResult": refusal.code, "reason": refusal.reason, "message": refusal.message, "details": {}}
    return {"evictionResult": 201}


def _unhealthy_may_go(pod: Stored, budget: Stored) -> bool:
    """Whether a pod that is not ready may go without asking the budget."""
    if is_ready(pod):
        return False
    if text(budget.spec, "unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    desired = integer(budget.status, "desiredHealthy")
    return integer(budget.status, "currentHealthy") >= desired > 0


def _spend(loop: Loop, api: ApiServer, pod: Stored, budget: Stored) -> None:
    """Take one disruption from the budget. Raises `TooMany` if there is none."""
    status, name = budget.status, budget.name
    if integer(status, "observedGeneration") < budget.generation:
        raise TooMany(f"The disruption budget {name} is still being processed by the server.")
    left = integer(status, "disruptionsAllowed")
    if left <= 0:
        healthy, desired = integer(status, "currentHealthy"), integer(status, "desiredHealthy")
        condition = budget.condition("DisruptionAllowed")
        if condition is not None and condition.reason == "SyncFailed":
            told = f"because it failed sync: {condition.message}"
            raise TooMany(f"The disruption budget {name} does not allow evicting pods currently {told}")
        if healthy <= desired:
            raise TooMany(f"The disruption budget {name} needs {desired} healthy pods and has {healthy} currently")
        raise TooMany(f"The disruption budget {name} does not allow evicting pods currently")

    def spent(draft: Object) -> None:
        draft["disruptionsAllowed"] = left - 1
        draft["disruptedPods"] = {**obj(draft, "disruptedPods"), pod.name: stamp(loop.now)}
        if left == 1:
            draft["conditions"] = allowed_condition(budget, 0, loop.now)

    api.set_status("PodDisruptionBudget", budget.key, spent, _BY)


async def _delete(loop: Loop, api: ApiServer, pod: Stored) -> None:
    """Say on the pod why it goes, and delete it."""

    def target(status: Object) -> None:
        told = Condition("DisruptionTarget", "True", "EvictionByEvictionAPI", "Eviction API: evicting", stamp(loop.now))
        others = [c for c in pod.conditions if c.type != told.type]
        status["conditions"] = conditions_json([*others, told])

    if not pod.deleting:
        api.set_status("Pod", pod.key, target, _BY)
        await loop.sleep(WRITE)
    api.delete("Pod", pod.key, _BY, uid=pod.uid)
