"""Writing SMT-LIB text: clauses, counting constraints and linear rows, each under guards that can be taken away.

A literal is a name or `(not name)`. A constraint with guards holds only while all of its guards are true; for counting
constraints the guards become terms of the sum, which Z3 propagates better than an implication around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import gcd

Term = tuple[int, str]
_LARGEST = 2**31  # Z3 reads the numbers of its pseudo-Boolean sums into 32 bits


def negate(literal: str) -> str:
    """The opposite literal."""
    return literal[5:-1] if literal.startswith("(not ") else f"(not {literal})"


class Script:
    """SMT-LIB text under construction. `integral` tells that some sum was too large for a pseudo-Boolean one."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self.size = 0
        self.integral = False

    @property
    def text(self) -> str:
        return "\n".join(self._lines)

    def boolean(self, name: str) -> str:
        """Declare a truth value."""
        self._lines.append(f"(declare-const {name} Bool)")
        self.size += 1
        return name

    def real(self, name: str) -> str:
        """Declare a non-negative number."""
        self._lines.append(f"(declare-const {name} Real)(assert (>= {name} 0))")
        self.size += 1
        return name

    def integer(self, name: str) -> str:
        """Declare a non-negative whole number."""
        self._lines.append(f"(declare-const {name} Int)(assert (>= {name} 0))")
        self.size += 1
        return name

    def clause(self, literals: Iterable[str], guards: Iterable[str] = ()) -> None:
        """One of the literals holds. Nothing to choose from is a contradiction."""
        parts = [*(negate(g) for g in guards), *literals]
        if not parts:
            self._lines.append("(assert false)")
        else:
            self._lines.append(f"(assert {parts[0]})" if len(parts) == 1 else f"(assert (or {' '.join(parts)}))")

    def at_most(self, limit: int, terms: Sequence[Term], guards: Sequence[str] = ()) -> None:
        """The weights of the true literals sum up to `limit` at most."""
        terms = [(weight, literal) for weight, literal in terms if weight]
        if sum(weight for weight, _ in terms) <= limit:
            return
        if limit < 0:
            self.clause((), guards)
            return
        terms, blocked = [t for t in terms if t[0] <= limit], [t for t in terms if t[0] > limit]
        for _, literal in blocked:
            self.clause([negate(literal)], guards)
        common = gcd(*(weight for weight, _ in terms))
        if common and sum(weight for weight, _ in terms) > limit:
            self._sum(limit // common, [(weight // common, literal) for weight, literal in terms], guards)

    def _sum(self, limit: int, terms: Sequence[Term], guards: Sequence[str]) -> None:
        slack = sum(weight for weight, _ in terms) - limit
        if slack <= 0:
            return
        weighted = [*terms, *((slack, g) for g in guards)]
        bound = limit + slack * len(guards)
        names = " ".join(literal for _, literal in weighted)
        weights = " ".join(str(weight) for weight, _ in weighted)
        if all(weight == 1 for weight, _ in weighted):
            self._lines.append(f"(assert ((_ at-most {bound}) {names}))")
        elif bound < _LARGEST and sum(weight for weight, _ in weighted) < _LARGEST:
            self._lines.append(f"(assert ((_ pble {bound} {weights}) {names}))")
        else:
            chosen = " ".join(f"(ite {literal} {weight} 0)" for weight, literal in weighted)
            self._lines.append(f"(assert (<= (+ 0 {chosen}) {bound}))")
            self.integral = True

    def at_least(self, limit: int, terms: Sequence[Term], guards: Sequence[str] = ()) -> None:
        """The weights of the true literals sum up to `limit` at least."""
        total = sum(weight for weight, _ in terms)
        if limit == 1:
            self.clause([literal for _, literal in terms], guards)
        else:
            self.at_most(total - limit, [(weight, negate(literal)) for weight, literal in terms], guards)

    def either(self, name: str, literals: Sequence[str]) -> str:
        """Declare a truth value that holds exactly when one of the literals does."""
        self.boolean(name)
        for literal in literals:
            self.clause([negate(literal), name])
        self.clause([negate(name), *literals])
        return name

    def row(self, formula: str, guards: Iterable[str] = ()) -> None:
        """Any formula, under guards."""
        denied = " ".join(negate(g) for g in guards)
        self._lines.append(f"(assert (or {denied} {formula}))" if denied else f"(assert {formula})")


def total(terms: Iterable[tuple[int, str]]) -> str:
    """A linear sum."""
    parts = [name if weight == 1 else f"(* {number(weight)} {name})" for weight, name in terms]
    return parts[0] if len(parts) == 1 else f"(+ {' '.join(parts)})" if parts else "0"


def number(value: int) -> str:
    """A whole number as SMT-LIB writes it."""
    return str(value) if value >= 0 else f"(- {-value})"
