"""Numbers for parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as copy

from kspec.core.build import const
from kspec.core.expr import Expr, Param
from kspec.core.lower.mapping import Mapper
from kspec.core.system import System


def instantiate(system: System, values: Mapping[str, int]) -> System:
    """The system with these parameters replaced by numbers, in class sizes and initial values too."""

    def replace(expr: Expr) -> Expr | None:
        return const(values[expr.name]) if isinstance(expr, Param) and expr.name in values else None

    mapper = Mapper(lambda _: replace)
    return mapper.system(system).but(
        classes=tuple(copy(c, size=mapper.expr(c.size)) for c in system.classes),
        globals=tuple(copy(v, init=mapper.expr(v.init)) for v in system.globals),
        locals=tuple(
            copy(v, init=mapper.expr(v.init), inits=tuple((i, mapper.expr(e)) for i, e in v.inits))
            for v in system.locals
        ),
        params=tuple(p for p in system.params if p.name not in values),
    )
