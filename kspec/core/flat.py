"""Flat systems as functions: formulas on states, initial states, effects of actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from kspec.core.code import Writer
from kspec.core.expr import Aggregate, Enabled, Expr, Global
from kspec.core.rewrite import rewrite
from kspec.core.system import Action, System

Values: TypeAlias = tuple[int, ...]
"""The values of the globals, or of the parameters, in the system's order."""

Test: TypeAlias = Callable[[Values, Values], Values]
"""The values of expressions, from the values of the globals and of the parameters."""


def at_start(system: System, expr: Expr) -> Expr:
    """An expression in the initial state, over parameters."""
    inits = {v.name: v.init for v in system.globals}
    return rewrite(expr, lambda e: inits[e.name] if isinstance(e, Global) else None)


def after(action: Action, expr: Expr) -> Expr:
    """An expression after an action, over the state before."""
    return rewrite(expr, lambda e: action.globals.get(e.name) if isinstance(e, Global) else None)


def test(system: System, formulas: Sequence[Expr]) -> Test:
    """Many expressions as one compiled function."""
    globals = {v.name: f"g{i}" for i, v in enumerate(system.globals)}
    params = {p.name: f"p{i}" for i, p in enumerate(system.params)}
    writer = Writer(globals, {}, _absent, _absent, params)
    lines = ["def values(state, params):"]
    for names, source in ((globals, "state"), (params, "params")):
        if names:
            lines.append(f" {''.join(name + ', ' for name in names.values())}= {source}")
    lines.append(f" return ({''.join(writer.text(formula) + ', ' for formula in formulas)})")
    space: dict[str, Any] = {}
    exec(compile("\n".join(lines), f"<{system.name} formulas>", "exec"), space)
    found: Test = space["values"]
    return found


def _absent(expr: Aggregate | Enabled) -> str:
    raise ValueError(f"{expr} is not flat")
