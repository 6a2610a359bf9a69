"""The reference meaning of expressions: slow, obvious, what every other reading must agree with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from kspec.core.expr import UNLIMITED, Aggregate, Apply, Const, Enabled, Expr, Fold, Global, Local, Op, Param

Block = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Valuation:
    """Everything an expression can look at. Truth values are 0 and 1."""

    globals: Mapping[str, int] = field(default_factory=dict)
    block: Block = field(default_factory=dict)
    """The bound node's block."""
    nodes: Sequence[Sequence[Block]] = ()
    """The blocks of all nodes, class by class."""
    params: Mapping[str, int] = field(default_factory=dict)
    enabled: frozenset[str] = frozenset()
    """Components with an enabled controller action."""

    def at(self, block: Block) -> Valuation:
        """The same with another node bound."""
        return Valuation(self.globals, block, self.nodes, self.params, self.enabled)


def evaluate(expr: Expr, at: Valuation) -> int:
    """The value of an expression; raises KeyError for a place the valuation does not have."""
    match expr:
        case Const():
            return expr.value
        case Global():
            return at.globals[expr.name]
        case Local():
            return at.block[expr.name]
        case Param():
            return at.params[expr.name]
        case Enabled():
            return int(bool(at.enabled) if expr.component is None else expr.component in at.enabled)
        case Aggregate():
            values = [evaluate(expr.body, at.at(block)) for index in sorted(expr.classes) for block in at.nodes[index]]
            match expr.fold:
                case Fold.SUM:
                    return sum(values)
                case Fold.MIN:
                    return min(values, default=UNLIMITED)
                case Fold.MAX:
                    return max(values, default=-UNLIMITED)
        case Apply(op=Op.ITE, args=(test, yes, no)):
            return evaluate(yes if evaluate(test, at) else no, at)
        case Apply():
            return operate(expr.op, [evaluate(arg, at) for arg in expr.args])
    assert_never(expr)


def operate(op: Op, values: Sequence[int]) -> int:
    """The value of an operator on values."""
    match op:
        case Op.AND:
            return int(all(values))
        case Op.OR:
            return int(any(values))
        case Op.NOT:
            return int(not values[0])
        case Op.ITE:
            return values[1] if values[0] else values[2]
        case Op.EQ:
            return int(values[0] == values[1])
        case Op.LT:
            return int(values[0] < values[1])
        case Op.LE:
            return int(values[0] <= values[1])
        case Op.SUM:
            return sum(values)
        case Op.SCALE:
            return values[0] * values[1]
        case Op.MIN:
            return min(values)
        case Op.MAX:
            return max(values)
