"""Mistakes in components and properties: how an evaluation stops, and under which rules they are reported."""

from __future__ import annotations

from kspec.source.diagnostic import Diagnostic, Label, Rule, Severity
from kspec.source.text import Span

UNKNOWN_NAME = Rule(
    "KS0002",
    "unknown-name",
    Severity.ERROR,
    "a name that nothing in scope has",
    """A name in a component or a property means, in this order: a variable bound nearby, a state variable or `let` of
the component, a function of the models, an object of the design, a member of an enumeration.""",
)

TYPE = Rule(
    "KS0003",
    "type",
    Severity.ERROR,
    "a value of another type is needed here",
    """Numbers, truth values, members of enumerations, objects, pods, nodes and sets of them are different things.""",
)

NOT_IN_CORE = Rule(
    "KS0040",
    "not-in-core",
    Severity.ERROR,
    "a component says something that no reading of the core could mean",
    """An action binds at most one node and moves at most one pod; a place is written once; arithmetic is linear; an
expression over one node does not look at another (take a count, a minimum or a maximum over nodes first).""",
)

UNSUPPORTED = Rule(
    "KS0041",
    "unsupported-property",
    Severity.ERROR,
    "a temporal form that is not supported yet",
    """Supported are `always f`, `never f`, `always p => f`, `eventually always f`, and for witnesses any formula.""",
)

UNUSED_STATE = Rule(
    "KS0009",
    "unused",
    Severity.WARNING,
    "something is declared and never used",
    """A state variable that no action reads, no property mentions and no trace tells only multiplies states.""",
)


class Mistake(Exception):
    """A user's mistake, on its way to the pass that collects diagnostics; never leaves `kspec.elaborate.behaviour`."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def mistake(
    rule: Rule, message: str, span: Span | None, help: str | None = None, related: tuple[Label, ...] = ()
) -> Mistake:
    """A mistake to raise."""
    return Mistake(Diagnostic(rule, message, span, help, related=related))
