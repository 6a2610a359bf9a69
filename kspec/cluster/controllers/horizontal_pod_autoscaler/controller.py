"""HorizontalPodAutoscaler: every fifteen seconds, what its target's pods use decides how many there are.

Upstream: pkg/controller/podautoscaler/horizontal.go (v1.36). What pods use is told by the metrics API alone: metrics of
other APIs are not there.
"""

from __future__ import annotations

from typing import ClassVar

from kspec.api.admission.refusal import Refusal, Refused
from kspec.api.fields import integer, text
from kspec.cluster.controller import Controller, Manager, matches, phase, selector_of
from kspec.cluster.controllers.horizontal_pod_autoscaler.behavior import Memory, normalized
from kspec.cluster.controllers.horizontal_pod_autoscaler.metrics import Computed, NotComputed, computed
from kspec.cluster.controllers.horizontal_pod_autoscaler.status import Status
from kspec.cluster.moments import stamp
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Key, Stored, part
from kspec.domain.quantity import Quantity

_PERIOD = 15.0
_SCALABLE = ("Deployment", "ReplicaSet", "StatefulSet", "ReplicationController")


class HorizontalController(Controller):
    name: ClassVar[str] = "horizontal-pod-autoscaler"
    title: ClassVar[str] = "horizontal-pod-autoscaler"

    def __init__(self, manager: Manager) -> None:
        self._metrics = manager.metrics
        self._memory: dict[Key, Memory] = {}
        super().__init__(manager)

    def watch(self) -> None:
        self.cache.on("HorizontalPodAutoscaler", self._changed)

    def _changed(self, change: Change) -> None:
        if change.verb is Verb.DELETED:
            self._memory.pop(change.now.key, None)
        else:
            self.queue.add_after(change.now.key, _PERIOD)

    async def sync(self, key: Key) -> None:
        found = self.cache.get("HorizontalPodAutoscaler", key)
        if found is None:
            return
        status = Status(found, stamp(self.loop.now))
        self.queue.add_after(key, _PERIOD)
        await self._reconcile(found, status)
        if status.changed:
            await self.client.update_status(found.with_status(status.written()))

    async def _reconcile(self, found: Stored, status: Status) -> None:
        target = await self._target(found, status)
        if target is None:
            return
        said = "the HPA controller was able to get the target's current scale"
        status.condition("AbleToScale", "True", "SucceededGetScale", said)
        current = integer(target.spec, "replicas")
        memory = self._memory.setdefault(found.key, Memory())
        if not memory.recommended:
            memory.recommended.append((self.loop.now, current))
        least = integer(found.spec, "minReplicas") if "minReplicas" in found.spec else 1
        most = integer(found.spec, "maxReplicas")
        desired, reason = current, ""
        metrics = Computed(0, "", ())
        if current == 0 and least != 0:
            said = "scaling is disabled since the replica count of the target is zero"
            status.condition("ScalingActive", "False", "ScalingDisabled", said)
            desired = 0
        elif current > most:
            desired, reason = most, "Current number of replicas above Spec.MaxReplicas"
        elif current < least:
            desired, reason = least, "Current number of replicas below Spec.MinReplicas"
        else:
            outcome = self._compute(found, target, status)
            if outcome is None:
                status.counts(current, integer(found.status, "desiredReplicas"))
                return
            metrics = outcome
            desired = metrics.replicas
            reason = f"{metrics.name} above target" if desired > current else "All metrics below target"
            allowed = normalized(found.spec, memory, current, desired, least, most, self.loop.now)
            status.condition("AbleToScale", "True", *allowed.stable)
            status.condition("ScalingLimited", "True" if allowed.limited else "False", *allowed.within)
            desired = allowed.replicas
        if desired != current and not await self._scale(found, target, desired, reason, status):
            status.counts(current, integer(found.status, "desiredReplicas"))
            return
        if desired != current and "behavior" in found.spec:
            memory.note_change(current, desired, self.loop.now)
        status.counts(current, desired)
        status.metrics(metrics.statuses)
        if desired != current:
            status.scaled()

    async def _target(self, found: Stored, status: Status) -> Stored | None:
        """The object to scale; if there is none, the status says so."""
        kind, name = (text(found.spec, "scaleTargetRef", field) for field in ("kind", "name"))
        try:
            if kind not in _SCALABLE:
                raise Refused(_no_match(kind, text(found.spec, "scaleTargetRef", "apiVersion")))
            return await self.client.get(kind, (found.namespace, name))
        except Refused as refused:
            message = refused.refusal.message
            self.events.warning(found, "FailedGetScale", message)
            said = f"the HPA controller was unable to get the target's current scale: {message}"
            status.condition("AbleToScale", "False", "FailedGetScale", said)
            return None

    def _compute(self, found: Stored, target: Stored, status: Status) -> Computed | None:
        selector = selector_of(target)
        pods = [pod for pod in self.cache.list("Pod", found.namespace) if matches(selector, pod.labels)]
        usage: dict[str, int] = {}
        if self._metrics.cpu:
            amount = Quantity.parse(self._metrics.cpu).milli
            usage = {pod.name: amount for pod in pods if phase(pod) == "Running" and not pod.deleting}
        try:
            outcome = computed(found, target, pods, usage, self.loop.now)
        except NotComputed as error:
            for reason, message in error.each:
                self.events.warning(found, reason, message)
            status.condition("ScalingActive", "False", error.reason, error.condition)
            self.events.warning(found, "FailedComputeMetricsReplicas", error.message)
            status.metrics(error.statuses)
            return None
        for reason, message in outcome.failed:
            self.events.warning(found, reason, message)
        said = f"the HPA was able to successfully calculate a replica count from {outcome.name}"
        status.condition("ScalingActive", "True", "ValidMetricFound", said)
        return outcome

    async def _scale(self, found: Stored, target: Stored, desired: int, reason: str, status: Status) -> bool:
        draft = target.draft()
        part(draft, "spec")["replicas"] = desired
        try:
            await self.client.update(draft)
        except Refused as refused:
            message = refused.refusal.message
            self.events.warning(found, "FailedRescale", f"New size: {desired}; reason: {reason}; error: {message}")
            said = f"the HPA controller was unable to update the target scale: {message}"
            status.condition("AbleToScale", "False", "FailedUpdateScale", said)
            return False
        said = f"the HPA controller was able to update the target scale to {desired}"
        status.condition("AbleToScale", "True", "SucceededRescale", said)
        self.events.normal(found, "SuccessfulRescale", f"New size: {desired}; reason: {reason}")
        return True


def _no_match(kind: str, api_version: str) -> Refusal:
    return Refusal(404, "NotFound", f'no matches for kind "{kind}" in group "{api_version.rpartition("/")[0]}"')
