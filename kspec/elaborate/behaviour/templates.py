"""Texts with holes: what is known is written out, the rest is filled in when the line is told."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kspec.core.note import Addresses, After, Before, Hole, Names, Template, TheNode, ThePod, ThePodAddress
from kspec.core.pod import PodState
from kspec.elaborate.behaviour.mistakes import TYPE, mistake
from kspec.elaborate.behaviour.scope import Scope
from kspec.elaborate.behaviour.sets import Domain, NodeRef, Pod, PodSet
from kspec.elaborate.behaviour.things import Revision, Thing
from kspec.elaborate.behaviour.values import Component, Enumerated, Symbol, Value, describe, is_expr
from kspec.source.text import Span
from kspec.syntax import nodes as n

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator

_HOLES = (Before, After, ThePod, ThePodAddress, TheNode, Names, Addresses)


@dataclass(frozen=True, slots=True)
class NewPod:
    """The pod that an action makes or moves, as its own lines speak of it: `pod`."""


def template(evaluator: Evaluator, text: n.Text, scope: Scope) -> Template:
    """A text as the core keeps it."""
    parts: list[str | Hole] = []
    for part in text.parts:
        filled = part if isinstance(part, str) else _filled(evaluator.value(part, scope), part.span)
        if isinstance(filled, str) and parts and isinstance(parts[-1], str):
            parts[-1] += filled
        elif filled != "":
            parts.append(filled)
    return tuple(parts)


def _filled(value: Value, span: Span) -> str | Hole:
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float() | Fraction():
            return str(value)
        case Symbol(text=text) | Component(name=text):
            return text
        case Thing() | Revision():
            return value.name
        case Domain():
            return value.value
        case Pod() | NewPod():
            return ThePod()
        case NodeRef():
            return TheNode()
        case Enumerated(expr=expr, labels=labels):
            return Before(expr, labels)
        case PodSet():
            return Names(states_of(value), isinstance(value.where, NodeRef))
        case tuple():
            return ", ".join(_listed(item, span) for item in value)
    if isinstance(value, _HOLES):
        return value
    if is_expr(value):
        return Before(value)  # type: ignore[arg-type]
    raise mistake(TYPE, f"{describe(value)} cannot be told", span)


def _listed(item: Value, span: Span) -> str:
    filled = _filled(item, span)
    if not isinstance(filled, str):
        raise mistake(TYPE, f"{describe(item)} cannot be told in a list", span)
    return filled


def states_of(pods: PodSet) -> frozenset[PodState]:
    """The local states of a set of pods, as far as the pods themselves decide it."""
    kept = (life for life in pods.lives if all(test(Pod(life, None)) is not False for test in pods.tests))
    return frozenset(life.state for life in kept)
