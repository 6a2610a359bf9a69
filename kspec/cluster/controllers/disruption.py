"""Disruption budgets: how many pods are healthy, how many must be, and so how many may be evicted.

Upstream: pkg/controller/disruption/disruption.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from kspec.api.fields import integer, mapping, number, objects, text
from kspec.cluster.budget import allowed_condition, budgets_of, covers, with_allowed
from kspec.cluster.controller import Controller, is_ready
from kspec.cluster.controllers.rounding import scaled
from kspec.cluster.moments import seconds_of
from kspec.cluster.refusals import resource_name
from kspec.cluster.store import Change
from kspec.cluster.stored import Key, Owner, Stored
from kspec.source.tree import Object

_SCALABLE = ("ReplicaSet", "StatefulSet", "ReplicationController", "Deployment")
DELETION_TIMEOUT = 120.0
"""How long a pod that was evicted may still be there before it counts again. Seconds."""
_UNMANAGED = (
    "Pods selected by this PodDisruptionBudget (selector: {}) were found to be unmanaged. As a result, the status of"
    " the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please"
    ' set ".spec.minAvailable" field of the PDB to an integer value.'
)


class Unscalable(Exception):
    """Nobody knows how many pods there should be; the text is upstream's error."""


class DisruptionController(Controller):
    name: ClassVar[str] = "controllermanager"
    title: ClassVar[str] = "disruption"
    workers: ClassVar[int] = 1

    def watch(self) -> None:
        self._choices = 0
        self.cache.on("PodDisruptionBudget", self._budget_changed)
        self.cache.on("Pod", self._pod_changed)

    def _budget_changed(self, change: Change) -> None:
        self.queue.add(change.now.key)

    def _pod_changed(self, change: Change) -> None:
        """A pod concerns one budget; if it is under several, any of them."""
        pod = change.now
        budgets = budgets_of(pod, self.cache.list)
        if not budgets:
            return
        chosen = budgets[self._choices % len(budgets)]
        if len(budgets) > 1:
            self._choices += 1
            which = f'Pod "{pod.namespace}"/"{pod.name}" matches multiple PodDisruptionBudgets.'
            self.events.warning(pod, "MultiplePodDisruptionBudgets", f'{which}  Chose "{chosen.name}" arbitrarily.')
        self.queue.add(chosen.key)

    # -- one budget ----------------------------------------------------------------------------------------------------

    async def sync(self, key: Key) -> None:
        budget = self.cache.get("PodDisruptionBudget", key)
        if budget is None:
            return
        pods = [p for p in self.cache.list("Pod", key[0]) if covers(budget, p)]
        if not pods:
            self.events.normal(budget, "NoPods", "No matching pods found")
        try:
            expected, desired = self._expected(budget, pods)
        except Unscalable as problem:
            said = f"Failed to calculate the number of expected pods: {problem}"
            self.events.warning(budget, "CalculateExpectedPodCountFailed", said)
            await self._fail(budget, str(problem))
            return
        disrupted = self._disrupted(budget, pods)
        healthy = sum(not p.deleting and p.name not in disrupted and is_ready(p) for p in pods)
        allowed = max(0, healthy - desired) if expected > 0 else 0
        status: Object = {"disruptedPods": dict(disrupted)} if disrupted else {}
        status |= {
            "currentHealthy": healthy,
            "desiredHealthy": desired,
            "expectedPods": expected,
            "disruptionsAllowed": allowed,
            "observedGeneration": budget.generation,
            "conditions": allowed_condition(budget, allowed, self.loop.now),
        }
        if status != {name: value for name, value in budget.status.items() if value not in (None, {})}:
            await self.client.update_status(budget.with_status(status))
        if disrupted:
            soonest = min(seconds_of(moment) for moment in disrupted.values())
            self.queue.add_after(key, soonest + DELETION_TIMEOUT - self.loop.now)

    async def _fail(self, budget: Stored, problem: str) -> None:
        """Allow nothing as long as nobody knows how many pods there should be; the rest of the status stays."""
        conditions = with_allowed(budget, "False", "SyncFailed", problem, self.loop.now)
        status: Object = {**budget.status, "disruptionsAllowed": 0, "conditions": conditions}
        if status != budget.status:
            await self.client.update_status(budget.with_status(status))

    def _expected(self, budget: Stored, pods: Sequence[Stored]) -> tuple[int, int]:
        """How many pods there should be, and how many of them healthy."""
        most = budget.spec.get("maxUnavailable")
        if most is not None:
            expected = self._scale(budget, pods)
            return expected, max(0, expected - scaled(most, expected, up=True))
        least = budget.spec.get("minAvailable")
        if isinstance(least, str):
            expected = self._scale(budget, pods)
            return expected, scaled(least, expected, up=True)
        return len(pods), integer(budget.spec, "minAvailable")

    def _scale(self, budget: Stored, pods: Sequence[Stored]) -> int:
        """The replicas that the pods' controllers ask for; pods without one are complained about."""
        sizes: dict[str, int] = {}
        unmanaged = False
        for pod in pods:
            if pod.controller is None:
                unmanaged = True
            else:
                scale = self._controller(pod, pod.controller)
                sizes[scale.uid] = number(scale.spec, "replicas") or 0
        if unmanaged:
            self.events.warning(budget, "UnmanagedPods", _UNMANAGED.format(_go_selector(budget)))
        return sum(sizes.values())

    def _controller(self, pod: Stored, owner: Owner) -> Stored:
        """What asks for the pod: the Deployment, or else its own controller. Raises `Unscalable`."""
        if owner.kind not in _SCALABLE:
            raise Unscalable(f"{resource_name(owner.kind)} does not implement the scale subresource")
        found = self.controller_of(pod, owner.kind)
        if found is None:
            raise Unscalable(f'found no controllers for pod "{pod.name}"')
        deployment = self.controller_of(found, "Deployment") if found.kind == "ReplicaSet" else None
        return deployment or found

    def _disrupted(self, budget: Stored, pods: Sequence[Stored]) -> dict[str, str]:
        """The pods that were evicted and are not leaving yet, with the moment of their eviction."""
        known = mapping(budget.status, "disruptedPods")
        out: dict[str, str] = {}
        for pod in pods:
            moment = known.get(pod.name)
            if moment is None or pod.deleting:
                continue
            if seconds_of(moment) + DELETION_TIMEOUT < self.loop.now:
                told = f"Pod was expected by PDB {budget.namespace}/{budget.namespace} to be deleted but it wasn't"
                self.events.warning(pod, "NotDeleted", told)
            else:
                out[pod.name] = moment
        return out


def _go_selector(budget: Stored) -> str:
    """A selector as Go prints it."""
    labels = mapping(budget.spec, "selector", "matchLabels")
    pairs = ",".join(f"{name}: {labels[name]}" for name in sorted(labels))
    shown = f"map[string]string{{{pairs},}}" if labels else "map[string]string{}"
    requirements = "".join(
        f"LabelSelectorRequirement{{Key:{text(r, 'key')},Operator:{text(r, 'operator')},Values:[{_values(r)}],}},"
        for r in objects(budget.spec, "selector", "matchExpressions")
    )
    return f"&LabelSelector{{MatchLabels:{shown},MatchExpressions:[]LabelSelectorRequirement{{{requirements}}},}}"


def _values(requirement: Object) -> str:
    given = requirement.get("values")
    return " ".join(map(str, given)) if isinstance(given, list) else ""
