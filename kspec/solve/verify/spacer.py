"""Spacer: Z3's property-directed search for an inductive invariant, on a flat system written as Horn clauses.

What it finds is translated back into the core, so that it is trimmed, re-checked and written into a certificate like
lemmas that came from elsewhere; an invariant outside the core (a remainder, a quantifier) is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import z3

from kspec.core.build import add, and_, eq, implies, ite, le, lt, not_, or_, scale, sub
from kspec.core.expr import BOOL, FALSE, INT, TRUE, Const, Expr, Global, Param
from kspec.core.linear import conjuncts
from kspec.core.system import System
from kspec.solve.verify.encode import Encoder, conjunction, number

_EFFORT = 15_000_000
"""Resource units that a second of the budget buys."""

_PATIENCE = 8
"""A backstop for units gone astray: so many seconds by the clock on the wall for each of the budget."""


def spacer(
    system: System, formula: Expr, lemmas: Sequence[Expr] = (), seconds: float = 10.0
) -> tuple[Expr, ...] | None:
    """Formulas that are inductive together with the lemmas and imply the formula; None where none were found.

    The lemmas must hold in every reachable state.
    """
    engine = z3.Fixedpoint(ctx=z3.Context())
    engine.set(engine="spacer", timeout=max(1, int(seconds * _PATIENCE * 1000)), rlimit=int(seconds * _EFFORT))
    clauses = _Clauses(system, lemmas)
    try:
        (asked,) = engine.parse_string(clauses.text(formula))
        if engine.query(asked) != z3.unsat:
            return None
        answer = engine.get_answer()
    except z3.Z3Exception as error:
        if "keyboard" in str(error):
            raise KeyboardInterrupt from error
        return None
    found = _Reader(clauses.arguments).invariant(answer)
    return None if found is None else conjuncts(found)


class _Clauses:
    """The system as rules about `state`, a relation over its variables and parameters."""

    def __init__(self, system: System, lemmas: Sequence[Expr]) -> None:
        self._system = system
        self._lemmas = lemmas
        self._encoder = Encoder(system)
        self._places: dict[str, Expr] = {v.name: Global(v.name, v.sort) for v in system.globals}
        self._symbols = {place: self._encoder.symbol(name, 0) for name, place in self._places.items()}
        self._symbols |= {Param(p.name): self._encoder.params[p.name] for p in system.params}
        self.arguments: tuple[Expr, ...] = tuple(self._symbols)

    def text(self, formula: Expr) -> str:
        """Declarations, a rule for the start, one for each action, and the question."""
        sorts = ["Bool" if place.sort is BOOL else "Int" for place in self.arguments]
        names = list(self._symbols.values())
        declared = [f"(declare-var {name} {sort})" for name, sort in zip(names, sorts, strict=True)]
        here = self._state({})
        known = [here, *(self._text(lemma) for lemma in self._lemmas)]
        start = {self._places[v.name]: self._text(v.init) for v in self._system.globals}
        rules = [_rule([self._text(self._system.assumption), *self._bounds()], self._state(start))]
        for action in self._system.actions:
            after = {self._places[name]: self._text(value) for name, value in action.globals.items()}
            rules.append(_rule([*known, self._text(action.guard)], self._state(after)))
        rules.append(_rule([*known, self._text(not_(formula))], "bad"))
        relations = f"(declare-rel state ({' '.join(sorts)}))(declare-rel bad ())"
        return "\n".join([relations, *declared, self._encoder.take(), *rules, "(query bad)"])

    def _text(self, expr: Expr) -> str:
        return self._encoder.text(expr, 0)

    def _state(self, changed: Mapping[Expr, str]) -> str:
        arguments = [changed.get(place, name) for place, name in self._symbols.items()]
        return f"(state {' '.join(arguments)})" if arguments else "state"

    def _bounds(self) -> Iterator[str]:
        for parameter in self._system.params:
            name = self._encoder.params[parameter.name]
            yield f"(>= {name} {number(parameter.low)})"
            if parameter.high is not None:
                yield f"(<= {name} {number(parameter.high)})"


def _rule(body: Sequence[str], head: str) -> str:
    return f"(rule (=> {conjunction(body)} {head}))"


class _Unreadable(Exception):
    """A term that the core does not have."""


_CONNECTIVES: Mapping[int, Callable[..., Expr]] = {
    z3.Z3_OP_AND: and_,
    z3.Z3_OP_OR: or_,
    z3.Z3_OP_NOT: not_,
    z3.Z3_OP_IMPLIES: implies,
    z3.Z3_OP_EQ: eq,
    z3.Z3_OP_IFF: eq,
    z3.Z3_OP_LE: le,
    z3.Z3_OP_LT: lt,
    z3.Z3_OP_GE: lambda one, other: le(other, one),
    z3.Z3_OP_GT: lambda one, other: lt(other, one),
    z3.Z3_OP_ADD: add,
    z3.Z3_OP_SUB: sub,
    z3.Z3_OP_UMINUS: lambda term: scale(-1, term),
    z3.Z3_OP_ITE: ite,
}


class _Reader:
    """From Z3's answer, in which `state` is defined over numbered variables, to the core."""

    def __init__(self, arguments: Sequence[Expr]) -> None:
        self._arguments = arguments
        self._places: dict[int, Expr] = {}

    def invariant(self, answer: z3.ExprRef) -> Expr | None:
        """What it says of every state; None where that is not in the core, or nothing is said."""
        for part in answer.children() if z3.is_and(answer) else [answer]:
            body = part.body() if z3.is_quantifier(part) else part
            if z3.is_eq(body) and body.arg(0).decl().name() == "state":
                numbered = [z3.get_var_index(argument) for argument in body.arg(0).children()]
                self._places = dict(zip(numbered, self._arguments, strict=True))
                try:
                    return self._expr(body.arg(1))
                except _Unreadable:
                    return None
        return None

    def _expr(self, term: z3.ExprRef) -> Expr:
        if z3.is_var(term):
            return self._places[z3.get_var_index(term)]
        if z3.is_int_value(term):
            return Const(term.as_long(), INT)
        if z3.is_true(term) or z3.is_false(term):
            return TRUE if z3.is_true(term) else FALSE
        if z3.is_mul(term) and term.num_args() == 2 and z3.is_int_value(term.arg(0)):
            return scale(term.arg(0).as_long(), self._expr(term.arg(1)))
        make = _CONNECTIVES.get(term.decl().kind()) if z3.is_app(term) else None
        if make is None:
            raise _Unreadable
        return make(*(self._expr(argument) for argument in term.children()))
