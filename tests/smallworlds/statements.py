"""Random statements about where pods stand, in the language, for the clusters of `clusters.random_case`."""

from __future__ import annotations

import random
from collections.abc import Sequence

from smallworlds.clusters import HOST, ZONE, ZONES

from kspec.domain.node import Cluster, Node
from kspec.domain.objects import Resource
from kspec.elaborate.design import Design
from kspec.source.text import SourceFile
from kspec.syntax import nodes as n
from kspec.syntax import parse

_PODS = ("Deployment", "StatefulSet", "Job", "ReplicaSet", "DaemonSet")


def stated(resources: Sequence[Resource], cluster: Cluster, *statements: str) -> Design:
    """A design with these invariants, named `i0`, `i1`, ..."""
    text = "\n".join(f"invariant i{number}: {statement}" for number, statement in enumerate(statements))
    parsed = parse(SourceFile("test.kspec", text))
    assert parsed.file is not None and not parsed.diagnostics, parsed.diagnostics
    properties = tuple(item for item in parsed.file.items if isinstance(item, n.Property))
    nodes = tuple(r.as_(Node) for r in resources if r.kind == "Node")
    whole = cluster.model_copy(update={"nodes": nodes})
    return Design("test", "1.36", whole, tuple(resources), tuple(resources), properties=properties)


def random_statement(seed: int, resources: Sequence[Resource]) -> str:
    """A statement about the workloads of some resources."""
    owners = [f"{r.kind.lower()}/{r.name}" for r in resources if r.kind in _PODS]
    return f"always {_Random(random.Random(seed), owners).formula(2)}"


class _Random:
    def __init__(self, rnd: random.Random, owners: Sequence[str]) -> None:
        self.rnd, self.owners = rnd, owners

    def formula(self, depth: int) -> str:
        choice = self.rnd.random()
        if depth and choice < 0.15:
            return f"!({self.formula(depth - 1)})"
        if depth and choice < 0.4:
            word = self.rnd.choice(("&&", "||", "=>"))
            return f"({self.formula(depth - 1)}) {word} ({self.formula(depth - 1)})"
        if choice < 0.7:
            return f"{self.rnd.choice(('forall', 'exists'))} n in nodes: {self.of_node()}"
        if choice < 0.76 and depth:
            return f"(if {self.formula(0)} then {self.number()} else {self.number()}) {self.sign()} {self.small()}"
        return f"{self.number()} {self.sign()} {self.rnd.choice((self.number(), self.small(), self.small()))}"

    def of_node(self) -> str:
        first = f"{self.on_node()} {self.sign()} {self.small()}"
        match self.rnd.randint(0, 4):
            case 0:
                return f'n.zone == "{self.rnd.choice(ZONES)}" => {first}'
            case 1:
                return f"{self.on_node()} > 0 => {self.on_node()} > 0"
            case 2:
                return f'used(n, "cpu") {self.sign()} {self.rnd.choice((500, 1000, 1400))}'
            case 3:
                return f"{self.on_node()} {self.sign()} {self.on_node()}"
            case _:
                return first

    def on_node(self) -> str:
        return f"count({self.pods()}.on(n))"

    def number(self) -> str:
        match self.rnd.randint(0, 9):
            case 8:
                return f'sum(request(p, "cpu") for p in {self.pods()} where p.zone == "{self.rnd.choice(ZONES)}") / 300'
            case 9:
                return f'count(w in workloads where any(p in pods(w) where p.zone == "{self.rnd.choice(ZONES)}"))'
            case 0:
                return f'skew({self.owner()}, "{self.rnd.choice((ZONE, HOST))}")'
            case 1:
                return f"count(n in nodes where {self.of_node()})"
            case 2:
                return f"{self.rnd.choice(('min', 'max'))}({self.on_node()} for n in nodes)"
            case 3:
                return f"count(z in zones where any(p in {self.pods()} where p.zone == z))"
            case 4:
                return f"sum({self.on_node()} for n in nodes)"
            case 5:
                return f'sum(used(n, "cpu") for n in nodes where n.zone == "{self.rnd.choice(ZONES)}") / 500'
            case _:
                return f'count(p in {self.pods()} where p.zone == "{self.rnd.choice(ZONES)}")'

    def pods(self) -> str:
        return f"pods({self.owner()})" if self.owners and self.rnd.random() < 0.8 else "pods"

    def owner(self) -> str:
        return self.rnd.choice(self.owners)

    def sign(self) -> str:
        return self.rnd.choice(("<=", ">=", "<", ">", "==", "!="))

    def small(self) -> str:
        return str(self.rnd.choice((0, 0, 1, 1, 2, 3)))
