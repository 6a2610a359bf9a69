"""The table of builtins, and checks of their arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from kspec.elaborate.behaviour.mistakes import TYPE, mistake
from kspec.elaborate.behaviour.sets import NodeRef, Pod
from kspec.elaborate.behaviour.things import Revision, Template, Thing, Workload
from kspec.elaborate.behaviour.values import Symbol, Value, describe
from kspec.source.text import Span

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator

Builtin: TypeAlias = "Callable[[Evaluator, tuple[Value, ...], Span], Value]"
Constant: TypeAlias = "Callable[[Evaluator, Span], Value]"

BUILTINS: dict[str, Builtin] = {}
CONSTANTS: dict[str, Constant] = {}

Made = TypeVar("Made", bound=Callable[..., Value])
Wanted = TypeVar("Wanted")


def builtin(name: str) -> Callable[[Made], Made]:
    """Register a function under its name in the language."""

    def register(function: Made) -> Made:
        BUILTINS[name] = function
        return function

    return register


def constant(name: str) -> Callable[[Made], Made]:
    """Register a word that needs no arguments."""

    def register(function: Made) -> Made:
        CONSTANTS[name] = function
        return function

    return register


def need(value: Value, wanted: type[Wanted], what: str, span: Span) -> Wanted:
    """The value, if it is of the type."""
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise mistake(TYPE, f"expected {what}, found {describe(value)}", span)
    return value


def count_of(args: tuple[Value, ...], low: int, high: int, name: str, span: Span) -> None:
    """Refuse a wrong number of arguments."""
    if not low <= len(args) <= high:
        wanted = str(low) if low == high else f"{low} to {high}"
        raise mistake(TYPE, f"{name} takes {wanted} arguments, found {len(args)}", span)


def template_of(value: Value, span: Span) -> Template:
    """The pod template of a template, a pod, a revision or a workload."""
    match value:
        case Template():
            return value
        case Pod():
            return value.life.revision.template
        case Revision():
            return value.template
        case Workload():
            return value.revisions[0].template
        case _:
            raise mistake(TYPE, f"expected something with a pod template, found {describe(value)}", span)


def node_of(value: Value, span: Span) -> NodeRef:
    """The node."""
    return need(value, NodeRef, "a node", span)


def text_of(value: Value, span: Span) -> str:
    """A text or a word."""
    return value.text if isinstance(value, Symbol) else need(value, str, "a text", span)


def thing_of(value: Value, span: Span) -> Thing:
    """An object of the design."""
    return need(value, Thing, "an object", span)
