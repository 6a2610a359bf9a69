"""The pods of a placement, counted: which kinds of pods stand on which nodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kspec.domain.node import Node
from kspec.domain.pod import Pod, PodSpec


@dataclass(frozen=True, slots=True)
class Violation:
    """A pod that may not stand where it does, the filter that says so (upstream's name), and why."""

    pod: str
    node: str
    filter: str
    message: str


@dataclass(eq=False)
class Kind:
    """Pods with the same namespace, labels and spec. `fixed` ones were there before and are not judged."""

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


def gather(
    nodes: Iterable[Node],
    placed: Iterable[tuple[Pod, str]],
    running: Iterable[tuple[Pod, str]],
    namespaces: Mapping[str, Mapping[str, str]],
) -> Crowd:
    """Sort pods into kinds by what they say. Pods that share their spec and label objects are recognised at once."""
    kinds: dict[object, Kind] = {}
    known: dict[tuple[int, int], object] = {}
    for fixed, pods in ((False, placed), (True, running)):
        for pod, node in pods:
            namespace = pod.metadata.namespace or "default"
            leaving = pod.metadata.deletion_timestamp is not None
            shared = (id(pod.metadata.labels), id(pod.spec))
            if shared not in known:
                labels = tuple(sorted(pod.metadata.labels.items()))
                known[shared] = (labels, pod.spec.model_dump_json(exclude={"node_name"} if fixed else None))
            key = (namespace, known[shared], fixed, leaving)
            kind = kinds.get(key)
            if kind is None:
                kind = kinds[key] = Kind(namespace, pod.metadata.labels, pod.spec, fixed, leaving)
            kind.on[node] += 1
            kind.pods.append((f"{namespace}/{pod.metadata.name}", node))
    return Crowd({n.metadata.name: n for n in nodes}, tuple(kinds.values()), namespaces)
