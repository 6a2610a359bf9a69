"""Taking accepted findings away, and saying which acceptances are stale."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kspec.lint.nearest import did_you_mean
from kspec.lint.profiles import matches
from kspec.lint.suppression.model import Like, Suppression
from kspec.lint.suppression.rules import EXPIRED, UNUSED
from kspec.source.diagnostic import Diagnostic, Rule


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is left, what was accepted, and complaints about suppressions."""

    kept: tuple[Diagnostic, ...]
    suppressed: tuple[Diagnostic, ...]
    complaints: tuple[Diagnostic, ...]


def suppress(
    diagnostics: Iterable[Diagnostic],
    suppressions: Sequence[Suppression],
    *,
    today: date,
    catalogue: Callable[[], Mapping[str, Rule]],
    asked: Callable[[Rule], bool],
    there: Callable[[Like], bool] = lambda scope: False,
    reasons_required: bool = False,
) -> Outcome:
    """Apply suppressions. `asked` tells which rules this run looked at: only those can be said to find nothing.
    `there` tells whether this run saw an object that an exemption of the configuration is about.

    The catalogue of all rules is asked for only where there are suppressions.
    """
    live = [s for s in suppressions if s.until is None or s.until >= today]
    used: set[int] = set()
    kept: list[Diagnostic] = []
    suppressed: list[Diagnostic] = []
    for diagnostic in diagnostics:
        accepting = [s for s in live if s.covers(diagnostic)]
        used |= {id(s) for s in accepting}
        (suppressed if accepting else kept).append(diagnostic)
    known = catalogue() if suppressions else {}
    complaints: list[Diagnostic] = []
    for suppression in suppressions:
        if suppression not in live:
            complaints.append(_expired(suppression))
        elif (unknown := _unknown(suppression, known)) is not None:
            complaints.append(_unknown_rule(suppression, unknown, known))
        elif id(suppression) not in used and _could_be_used(suppression, known, asked, there):
            complaints.append(_unused(suppression))
        elif reasons_required and not suppression.reason:
            message = f"this {suppression.how} of {_said(suppression)} gives no reason"
            complaints.append(Diagnostic(UNUSED, message, suppression.span, "say why it is accepted"))
    return Outcome(tuple(kept), tuple(suppressed), tuple(complaints))


def _said(suppression: Suppression) -> str:
    return ", ".join(suppression.rules)


def _expired(suppression: Suppression) -> Diagnostic:
    message = f"this {suppression.how} of {_said(suppression)} ended on {suppression.until}"
    return Diagnostic(EXPIRED, message, suppression.span, "repair what it accepts, or set another day")


def _unused(suppression: Suppression) -> Diagnostic:
    message = f"this {suppression.how} of {_said(suppression)} suppresses nothing"
    return Diagnostic(UNUSED, message, suppression.span, "remove it")


def _unknown(suppression: Suppression, catalogue: Mapping[str, Rule]) -> str | None:
    return next((r for r in suppression.rules if not any(matches(r, rule) for rule in catalogue.values())), None)


def _unknown_rule(suppression: Suppression, name: str, catalogue: Mapping[str, Rule]) -> Diagnostic:
    known = [n for rule in catalogue.values() for n in (rule.id, rule.name)]
    hint = did_you_mean(name, known)
    message = f"this {suppression.how} names {name}, which is no rule"
    return Diagnostic(UNUSED, message, suppression.span, hint if hint and "mean" in hint else None)


def _could_be_used(
    suppression: Suppression,
    catalogue: Mapping[str, Rule],
    asked: Callable[[Rule], bool],
    there: Callable[[Like], bool],
) -> bool:
    """Whether all rules it names were looked at, at something it is about.

    The configuration is for more than one run: where a run sees nothing that an exemption is about, it may rest.
    """
    if isinstance(suppression.scope, Like) and not there(suppression.scope):
        return False
    named = [rule for rule in catalogue.values() if any(matches(r, rule) for r in suppression.rules)]
    return all(asked(rule) for rule in named)
