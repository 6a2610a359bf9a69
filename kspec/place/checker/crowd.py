"""The pods of a placement, counted: which kinds of pods stand on which nodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kspec.domain.node import Node
from kspec.domain.pod import Pod, PodSpec


@dataclass(frozen=True, slots=True)
class Violation:
    """A pod that may not stand where it does, the filter that says so (upstream's name), and why."""

    pod: str
    node: str
    filter: str
    message: str


@dataclass(frozen=True, slots=True)
class Member:
    """One pod of a placement, as far as filters look at it. `fixed` ones were there before and are not judged."""

    key: str
    namespace: str
    labels: Mapping[str, str]
    spec: PodSpec
    fixed: bool = False
    leaving: bool = False

    @staticmethod
    def running(pod: Pod) -> Member:
        """A pod that has its node already."""
        namespace, leaving = pod.metadata.namespace or "default", pod.metadata.deletion_timestamp is not None
        return Member(f"{namespace}/{pod.metadata.name}", namespace, pod.metadata.labels, pod.spec, True, leaving)


@dataclass(eq=False)
class Kind:
    """Pods with the same namespace, labels and spec (but for volumes)."""

    namespace: str
    labels: Mapping[str, str]
    spec: PodSpec
    fixed: bool
    leaving: bool
    on: Counter[str] = field(default_factory=Counter)
    pods: list[tuple[str, str]] = field(default_factory=list)

    def example(self, node: str) -> str:
        """One of the pods on a node."""
        return next(pod for pod, at in self.pods if at == node)


@dataclass(frozen=True, eq=False)
class Crowd:
    """Nodes by name and kinds of pods; what every check looks at."""

    nodes: Mapping[str, Node]
    kinds: tuple[Kind, ...]
    namespaces: Mapping[str, Mapping[str, str]]

    @property
    def judged(self) -> Iterable[Kind]:
        return (k for k in self.kinds if not k.fixed)

    @cached_property
    def taints(self) -> dict[str, tuple[object, ...]]:
        """Per node what taints and cordons say, comparable."""
        return {
            name: (node.spec.unschedulable, *((t.key, t.value, t.effect) for t in node.spec.taints))
            for name, node in self.nodes.items()
        }


def gather(
    nodes: Iterable[Node], placed: Iterable[tuple[Member, str]], namespaces: Mapping[str, Mapping[str, str]]
) -> Crowd:
    """Sort pods into kinds by what they say. Pods that share their spec and label objects are recognised at once."""
    kinds: dict[object, Kind] = {}
    known: dict[tuple[int, int, bool], object] = {}
    for pod, node in placed:
        shared = (id(pod.labels), id(pod.spec), pod.fixed)
        said = known.get(shared)
        if said is None:
            ignored = {"volumes", "node_name"} if pod.fixed else {"volumes"}
            said = known[shared] = (tuple(sorted(pod.labels.items())), pod.spec.model_dump_json(exclude=ignored))
        key = (pod.namespace, said, pod.fixed, pod.leaving)
        kind = kinds.get(key)
        if kind is None:
            kind = kinds[key] = Kind(pod.namespace, pod.labels, pod.spec, pod.fixed, pod.leaving)
        kind.on[node] += 1
        kind.pods.append((pod.key, node))
    return Crowd({n.metadata.name: n for n in nodes}, tuple(kinds.values()), namespaces)
