"""What follows from lemmas."""

from __future__ import annotations

from collections.abc import Sequence

from kspec.core.expr import Expr
from kspec.core.system import System
from kspec.solve.verify.encode import Encoder
from kspec.solve.verify.query import Query


def implied(system: System, lemmas: Sequence[Expr], formula: Expr) -> tuple[Expr, ...] | None:
    """The lemmas that a formula follows from in every state (an unsatisfiable core), or None if it does not follow."""
    encoder = Encoder(system)
    encoder.declare_params()
    encoder.declare_moment(0)
    for i, lemma in enumerate(lemmas):
        encoder.declare_literal(f"c{i}")
        encoder.line(f"(=> c{i} {encoder.text(lemma, 0)})")
    encoder.line(f"(not {encoder.text(formula, 0)})")
    query = Query(encoder.take())
    if not query.holds([f"c{i}" for i in range(len(lemmas))]):
        return None
    used = query.core()
    return tuple(lemma for i, lemma in enumerate(lemmas) if f"c{i}" in used)
