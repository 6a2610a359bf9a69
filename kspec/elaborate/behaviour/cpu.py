"""Amounts of CPU beside what is counted in thousandths: `used(n, "cpu") <= 3000m` means 3000 thousandths, not 3.

State counts CPU in thousandths, as nodes and schedulers do. A quantity that is written with the suffix `m`, or with a
fraction, can be meant of nothing else where it is compared with such a count, added to it or taken from it.
"""

from __future__ import annotations

from dataclasses import replace

from kspec.domain.quantity import Quantity
from kspec.syntax import nodes as n
from kspec.syntax.nodes.trees import within

_COUNTED = frozenset({"used", "request", "allocatable", "taken", "free"})


def in_thousandths(node: n.Expr, beside: n.Expr) -> n.Expr:
    """The operand, as a count of thousandths where it is an amount of CPU beside one; else as it is."""
    if not isinstance(node, n.Number) or not _is_amount(node.text) or not any(_counts_cpu(p) for p in within(beside)):
        return node
    thousandths = Quantity.parse(node.text).amount * 1000
    return replace(node, text=str(thousandths)) if thousandths.denominator == 1 else node


def _is_amount(text: str) -> bool:
    whole, dot, fraction = text.partition(".")
    return text[:-1].isdigit() and text.endswith("m") if not dot else whole.isdigit() and fraction.isdigit()


def _counts_cpu(node: object) -> bool:
    match node:
        case n.Call(function=n.Name(text=name), args=args) if name in _COUNTED:
            return any(isinstance(part, n.Text) and part.literal == "cpu" for arg in args for part in within(arg))
        case _:
            return False
