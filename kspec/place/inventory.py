"""What a placement is judged by: the nodes, pods and lookups of a design, as they were before any problem was built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kspec.domain.expansion import PodSet
from kspec.domain.labels import Labels
from kspec.domain.node import Node
from kspec.place.question import Question
from kspec.place.rules.claims import Storage


@dataclass(frozen=True, eq=False)
class Inventory:
    """Nodes (those of a pool up to its most), workloads with their pods, labels of namespaces, volumes."""

    nodes: tuple[Node, ...]
    podsets: tuple[PodSet, ...] = ()
    namespaces: Mapping[str, Labels] = field(default_factory=dict)
    storage: Storage = field(default_factory=Storage)
    question: Question | None = field(default=None, repr=False)
