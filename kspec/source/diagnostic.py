"""Diagnostics: what is wrong, where, and what to do.

A diagnostic is made where the problem is found, collected, and rendered elsewhere (`kspec.emit`).
The user's mistakes are values of this type; an exception means that kspec itself is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from kspec.source.text import Span


class Severity(Enum):
    """How bad a finding is. `OFF` rules run only when a profile turns them on."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    OFF = "off"

    @property
    def rank(self) -> int:
        """Larger is worse."""
        return {"error": 3, "warning": 2, "info": 1, "off": 0}[self.value]


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of finding: a stable id (`KS0001`), a kebab-case name, a severity and a manual page."""

    id: str
    name: str
    severity: Severity
    summary: str
    manual: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that has a say in a finding."""

    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `object` is `Kind/namespace/name` where the finding is about an object.

    `field` names the place inside that object without counting (`kspec.source.tree.named`), so that a finding can be
    recognised when text moves. `story` is told step by step where the finding is about something that happens.
    """

    rule: Rule
    message: str
    span: Span | None = None
    help: str | None = None
    object: str | None = None
    related: tuple[Label, ...] = ()
    severity: Severity | None = None
    field: str = ""
    story: tuple[str, ...] = ()

    @property
    def level(self) -> Severity:
        """The severity in force: the finding's own, or else its rule's."""
        return self.severity or self.rule.severity

    @property
    def is_error(self) -> bool:
        return self.level is Severity.ERROR


@dataclass
class Diagnostics:
    """A growing collection of findings; every pass adds to one."""

    items: dict[Diagnostic, None] = field(default_factory=dict)

    def add(self, diagnostic: Diagnostic) -> None:
        """Add a finding; the same one twice counts once."""
        self.items[diagnostic] = None

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        for diagnostic in diagnostics:
            self.add(diagnostic)

    def report(
        self,
        rule: Rule,
        message: str,
        span: Span | None = None,
        *,
        help: str | None = None,
        object: str | None = None,
        related: tuple[Label, ...] = (),
    ) -> None:
        """Shorthand for `add(Diagnostic(...))`."""
        self.add(Diagnostic(rule, message, span, help, object, related))

    @property
    def has_errors(self) -> bool:
        return any(d.is_error for d in self.items)

    def sorted(self) -> list[Diagnostic]:
        """By file, position and rule: the order in which a reader meets them."""
        return sorted(self.items, key=lambda d: ((d.span is None, d.span or _NOWHERE), d.rule.id, d.message))

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


_NOWHERE = Span("", 0, 0, 0, 0)
