"""Runs a scheduler through what happens in a cluster, and keeps the log of it.

After each step everything that can be scheduled is, waiting pods included; victims of preemption are gone at once,
before the pod that they made room for is tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from kspec.domain.base import KubeObject
from kspec.domain.node import Node
from kspec.domain.pod import Pod
from kspec.domain.storage import PersistentVolumeClaim
from kspec.scheduler.admission import Admission, admit_claim, admit_node, unknown_class
from kspec.scheduler.events import Event, NodeAdded, NodeChanged, NodeGone, ObjectPut, PodGone, PodPlaced
from kspec.scheduler.explain import Explanation, explain
from kspec.scheduler.framework.attempt import Attempt
from kspec.scheduler.framework.interface import PostFilterResult
from kspec.scheduler.messages import noted
from kspec.scheduler.plugins.scheduling_gates import CONDITION
from kspec.scheduler.plugins.volume_claims import claim_uses
from kspec.scheduler.queue import Backoff, SchedulingQueue, Waiting
from kspec.scheduler.record import attempt_entry
from kspec.scheduler.scheduler import Scheduler
from kspec.source.tree import Object

_ATTEMPT_SECONDS = 0.01
_STEP_SECONDS = 0.25
_MAX_ROUNDS = 1000
"""How often one step may set off further attempts of one pod."""
PREEMPTING = "preempting to accommodate a higher priority pod"


@dataclass(slots=True)
class Standing:
    """Where a pod stands: its node, or its last failure; `first` is how preemption began for it."""

    priority: int
    node: str = ""
    reason: str = ""
    message: str = ""
    first: Object | None = None

    def outcome(self) -> Object:
        if self.node:
            return {"node": self.node}
        return {"reason": self.reason, "message": self.message} if self.reason else {"pending": True}


class Driver:
    """A scheduler, its queue, and the log. With `record` the log has every node's verdicts and scores.

    For pods in `explain` (`namespace/name`), what the scheduler thought at their last attempt is kept.
    """

    def __init__(self, scheduler: Scheduler, *, record: bool = True, explain: frozenset[str] = frozenset()) -> None:
        self.scheduler = scheduler
        self.record = record
        self.explained: dict[str, Explanation] = {}
        self._explain = explain
        self.log: list[Object] = []
        self.events: list[Object] = []
        self.standing: dict[str, Standing] = {}
        self._now = 0.0
        self._pods: dict[str, Pod] = {}
        backoff = Backoff(scheduler.configuration.initial_backoff, scheduler.configuration.max_backoff)
        self._queue = SchedulingQueue(lambda: self._now, scheduler.queue_sort, backoff)
        self._admission = Admission(scheduler.cluster.catalog)

    # -- steps ---------------------------------------------------------------------------------------------------------

    def create_pod(self, pod: Pod, *, refusal: str = "", wait: bool = True) -> None:
        """Create a pod, unless the API server has a `refusal`; `wait` until it is bound or fits nowhere."""
        pod = self._admission.pod(pod)
        refusal = refusal or unknown_class(pod, self.scheduler.cluster.catalog)
        if refusal:
            self.log.append({"do": "create", "pod": pod.key, "refused": refusal})
            return
        self.log.append({"do": "create", "pod": pod.key})
        self.enter(pod)
        self.settle()
        if wait:
            self.log.append({"do": "outcome", "pod": pod.key, **self._outcome(pod)})

    def create_pods(self, pods: Iterable[Pod]) -> None:
        """Create many pods at once: the queue decides in which order they are tried."""
        entered: list[Pod] = []
        for pod in pods:
            admitted = self._admission.pod(pod)
            refusal = unknown_class(admitted, self.scheduler.cluster.catalog)
            entry: Object = {"do": "create", "pod": admitted.key}
            self.log.append({**entry, "refused": refusal} if refusal else entry)
            if not refusal:
                entered.append(admitted)
                self.enter(admitted)
        self.settle()
        self.log += [{"do": "outcome", "pod": pod.key, **self._outcome(pod)} for pod in entered]

    def delete_pod(self, key: str) -> None:
        self.log.append({"do": "delete", "pod": key})
        self._forget(key)
        self.settle()

    def cordon(self, name: str, *, cordoned: bool) -> None:
        """Cordon a node, or uncordon it."""
        self.log.append({"do": "cordon" if cordoned else "uncordon", "node": name})
        self._change_node(name, lambda n: n.spec.model_copy(update={"unschedulable": cordoned}), "spec")

    def label_node(self, name: str, labels: Mapping[str, str | None], told: Object) -> None:
        """Give a node labels, or take those away that are None; `told` is how the log tells it."""
        self.log.append({"do": "label-node", "node": name, **told})

        def labelled(node: Node) -> BaseModel:
            merged = {key: value for key, value in {**node.labels, **labels}.items() if value is not None}
            return node.metadata.model_copy(update={"labels": merged})

        self._change_node(name, labelled, "metadata")

    def delete_node(self, name: str) -> None:
        self.log.append({"do": "delete-node", "node": name})
        slot = self.scheduler.cluster.nodes.slot.get(name)
        if slot is not None:
            node = self.scheduler.cluster.nodes.at(slot)
            self.scheduler.delete_node(name)
            self._happened(NodeGone(node))
        self.settle()

    def ungate(self, key: str, gate: str = "", *, wait: bool = True) -> None:
        """Take one scheduling gate off a pod, or all of them; with `wait`, until it has found a node or has not."""
        self.log.append({"do": "ungate", "pod": key})
        pod = self._pods.get(key)
        if pod is not None:
            left = tuple(g for g in pod.spec.scheduling_gates if gate and g.name != gate)
            self.enter(pod.model_copy(update={"spec": pod.spec.model_copy(update={"scheduling_gates": left})}))
        self.settle()
        if pod is not None and wait:
            self.log.append({"do": "outcome", "pod": key, **self._outcome(pod)})

    def create_object(self, item: KubeObject) -> None:
        self.log.append({"do": "create-object", "kind": item.kind, "name": item.name})
        self.put(item)
        self.settle()

    def set_start_time(self, key: str, time: str) -> None:
        self.log.append({"do": "set-start-time", "pod": key, "startTime": time})
        info = self.scheduler.cluster.placed.get(key)
        if info is not None:
            pod, node = info
            status = pod.pod.status.model_copy(update={"start_time": time})
            self._pods[key] = pod.pod.model_copy(update={"status": status})
            self.scheduler.cluster.place(self.scheduler.cluster.info(self._pods[key]), node)

    def wait(self, seconds: float) -> None:
        self._now += seconds
        self.settle()
        self.log.append({"do": "settle", "seconds": seconds})

    # -- what the steps are made of ------------------------------------------------------------------------------------

    def enter(self, pod: Pod) -> None:
        """A pod, as admission left it, is there: placed, gated, or in the queue."""
        self._pods[pod.key] = pod
        self.standing[pod.key] = Standing(pod.spec.priority or 0, pod.spec.node_name)
        self.scheduler.add_pod(pod)
        if pod.spec.node_name:
            self._happened(PodPlaced(self.scheduler.cluster.placed[pod.key][0]))
        elif self.scheduler.responsible(pod):
            gated = not self.scheduler.pre_enqueue(pod).ok
            if gated:
                self.standing[pod.key].reason, self.standing[pod.key].message = "SchedulingGated", CONDITION
            self._queue.add(pod, self.scheduler.info(pod), gated=gated)

    def put(self, item: KubeObject) -> None:
        """An object that is no pod is there."""
        if isinstance(item, Node):
            node = admit_node(item)
            self.scheduler.add_node(node)
            self._happened(NodeAdded(node))
            return
        if isinstance(item, PersistentVolumeClaim):
            item = admit_claim(item, self.scheduler.cluster.catalog)
        self.scheduler.add_object(item)
        self._happened(ObjectPut(item))

    def settle(self) -> None:
        """Schedule until nobody in the queue is to be tried."""
        rounds = 0
        while rounds < _MAX_ROUNDS and (waiting := self._queue.pop()) is not None:
            rounds = rounds + 1 if waiting.attempts > 1 else rounds
            self._try(waiting)
        self._now += _STEP_SECONDS

    # -- inside --------------------------------------------------------------------------------------------------------

    def _change_node(self, name: str, part: Callable[[Node], BaseModel], field: str) -> None:
        slot = self.scheduler.cluster.nodes.slot.get(name)
        if slot is not None:
            before = self.scheduler.cluster.nodes.at(slot)
            after = admit_node(before.model_copy(update={field: part(before)}))
            self.scheduler.update_node(after)
            self._happened(NodeChanged(before, after))
        self.settle()

    def _try(self, waiting: Waiting) -> None:
        self._now += _ATTEMPT_SECONDS
        pod = waiting.pod
        before = self._claims(pod)
        if pod.key in self._explain:
            self.explained[pod.key] = explain(self.scheduler, pod)
        attempt = self.scheduler.schedule(pod, record=self.record)
        self.log += self._bound_volumes(before, self._claims(pod))
        if self.record and not attempt.no_nodes:
            self.log.append(attempt_entry(attempt))
        standing = self.standing[pod.key]
        if attempt.scheduled:
            standing.node = attempt.chosen
            self._happened(PodPlaced(self.scheduler.cluster.placed[pod.key][0]))
            return
        standing.reason, standing.message = "Unschedulable", attempt.message
        self._tell(pod.key, "Warning", "FailedScheduling", noted(attempt.message))
        self._queue.failed(waiting, attempt.plugins)
        if attempt.preemption is not None and attempt.preemption.victims is not None:
            self._preempt(pod, attempt, attempt.preemption)

    def _preempt(self, pod: Pod, attempt: Attempt, result: PostFilterResult) -> None:
        standing = self.standing[pod.key]
        if standing.first is None:
            standing.first = {
                "reason": "Unschedulable",
                "message": attempt.message,
                "nominatedNodeName": attempt.nominates,
            }
        victims = [victim.key for victim in result.victims.pods] if result.victims else []
        for victim in victims:
            message = f"Preempted by pod <uid of {pod.key}> on node {attempt.nominates}"
            self._tell(victim, "Normal", "Preempted", message)
        condition: Object = {
            "reason": "PreemptionByScheduler",
            "message": f"{pod.spec.scheduler_name}: {PREEMPTING}",
        }
        for victim in victims:
            self._forget(victim)
            self.log.append({"do": "pod-gone", "pod": victim, "disruptionTarget": condition})
        self._queue.activate(pod.key)

    def _forget(self, key: str) -> None:
        placed = self.scheduler.cluster.placed.get(key)
        self.scheduler.delete_pod(key)
        self._queue.remove(key)
        self._pods.pop(key, None)
        self.standing.pop(key, None)
        if placed is not None:
            self._happened(PodGone(placed[0]))

    def _happened(self, event: Event) -> None:
        self._queue.on(event, self.scheduler.cluster.catalog)

    def _tell(self, pod: str, kind: str, reason: str, message: str) -> None:
        event: Object = {"pod": pod, "type": kind, "reason": reason, "message": message}
        if event not in self.events:
            self.events.append(event)

    def _outcome(self, pod: Pod) -> Object:
        standing = self.standing.get(pod.key)
        if standing is None:
            return {"pending": True}
        outcome = standing.outcome()
        if pod.spec.node_name:
            outcome["preset"] = True
        if standing.node and standing.first is not None:
            outcome["first"] = standing.first
        return outcome

    def _claims(self, pod: Pod) -> Mapping[str, str]:
        """The volumes of the pod's claims."""
        if not pod.spec.volumes:
            return {}
        claims = self.scheduler.cluster.catalog.claims
        return {use.key: claims[use.key].spec.volume_name for use in claim_uses(pod) if use.key in claims}

    def _bound_volumes(self, before: Mapping[str, str], after: Mapping[str, str]) -> list[Object]:
        """What the volume controller did meanwhile."""
        out: list[Object] = []
        for key, volume in after.items():
            if volume and not before[key]:
                claim = key.partition("/")[2]
                made = volume.startswith("pvc-")
                out.append({"do": "provisioned" if made else "bound-volume", "pv": volume, "claim": claim})
        return out

    def final(self) -> Object:
        """Where every pod stands now."""
        final: Object = {}
        for key, standing in sorted(self.standing.items()):
            final[key] = {**standing.outcome(), "priority": standing.priority}
        return final
