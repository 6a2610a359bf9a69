"""What the rules of a definition may cost, each and all together.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/{validation,cel_validation}.go
(v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kspec.api.cause import Cause, FieldPath, forbidden
from kspec.api.cel.cost import LIMIT, TOTAL, cost_of
from kspec.api.cel.extent import times
from kspec.api.cel.syntax import Node
from kspec.api.schema.types import Schema

_LISTED = 4
_WORTH_LISTING = TOTAL // 100
_SHARED = (
    "contributed to estimated rule & messageExpression cost total exceeding cost limit for entire OpenAPIv3 schema"
)
_ALL = "x-kubernetes-validations estimated rule & messageExpression cost total for entire OpenAPIv3 schema"


@dataclass
class Expense:
    """The costs of the rules seen so far."""

    total: int = 0
    dearest: list[tuple[int, FieldPath]] = field(default_factory=list)

    def rule(self, at: FieldPath, node: Node, schema: Schema, often: int | None) -> Iterator[Cause]:
        """A rule over values of a schema, of which there are so many; None: as many as a request has room for."""
        yield from self._one(at / "rule", "estimated rule cost", node, schema, often)

    def message(self, at: FieldPath, node: Node, schema: Schema, often: int | None) -> Iterator[Cause]:
        """A rule's message that is an expression."""
        yield from self._one(at / "messageExpression", "estimated messageExpression cost", node, schema, often)

    def _one(self, at: FieldPath, what: str, node: Node, schema: Schema, often: int | None) -> Iterator[Cause]:
        cost = cost_of(node, schema) * (times(schema) if often is None else often)
        if cost > LIMIT:
            yield forbidden(at, _exceeds(what, cost, LIMIT))
        self.total += cost
        if cost >= _WORTH_LISTING:
            self.dearest = sorted([*self.dearest, (cost, at)], key=lambda seen: -seen[0])[:_LISTED]

    def together(self, at: FieldPath) -> Iterator[Cause]:
        """Whether all of them are too much."""
        if self.total > TOTAL:
            for _, place in self.dearest:
                yield forbidden(place, _SHARED)
            yield forbidden(at, _exceeds(_ALL, self.total, TOTAL))


def _exceeds(what: str, cost: int, limit: int) -> str:
    factor = cost / limit
    shown = "more than 100x" if factor > 100 else f"{factor:.6f}x" if factor < 1.5 else f"{factor:.1f}x"
    return f"{what} exceeds budget by factor of {shown}"
