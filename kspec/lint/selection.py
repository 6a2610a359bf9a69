"""Which findings are shown, and at which level: profile, `select`, `ignore` and levels of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from kspec.lint.profiles import DEFAULT_PROFILE, Profile, matches
from kspec.lint.rule import LintRule, all_rules
from kspec.source.diagnostic import Diagnostic, Rule, Severity


@dataclass(frozen=True, slots=True)
class Selection:
    """The user's choice of rules, by the start of their ids or by name.

    `select` shows exactly these rules, whatever the profile says; `ignore` hides rules; of two that match, the longer
    one wins. `levels` changes the level of rules (`OFF` hides). Errors of reading are always shown: nothing else can be
    said about a text that was not understood.
    """

    profile: Profile = DEFAULT_PROFILE
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    levels: Mapping[str, Severity] = field(default_factory=dict)

    def level(self, diagnostic: Diagnostic) -> Severity:
        """The level at which a finding is shown, or `OFF`."""
        rule, own = diagnostic.rule, diagnostic.level
        if not _is_chosen(rule):
            hidden = self._wanted(rule) is False and own is not Severity.ERROR
            return Severity.OFF if hidden else self._own_level(rule) or self._stricter(own)
        wanted = self._wanted(rule)
        chosen = self._own_level(rule)
        if wanted is False:
            return Severity.OFF
        if chosen is not None:
            return chosen
        if wanted is True:
            return own if own is not Severity.OFF else Severity.WARNING
        return self.profile.level(rule, own)

    def apply(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """The findings that are shown, each at its level."""
        out = []
        for diagnostic in diagnostics:
            level = self.level(diagnostic)
            if level is not Severity.OFF:
                same = level is diagnostic.level
                out.append(diagnostic if same else replace(diagnostic, severity=level))
        return out

    def shows(self, rule: Rule) -> bool:
        """Whether any finding of a rule can be shown."""
        wanted, chosen = self._wanted(rule), self._own_level(rule)
        if wanted is False or chosen is Severity.OFF:
            return False
        return wanted is True or chosen is not None or not _is_chosen(rule) or self.profile.may_show(rule)

    def rules(self) -> list[LintRule]:
        """The lint rules worth running."""
        return [r for r in all_rules() if self.shows(r.rule)]

    @property
    def least(self) -> Severity:
        """The level below which no finding of a lint rule can be shown."""
        listens = self.select or self.levels or self.profile.strict or self.profile.levels
        return Severity.INFO if listens else self.profile.floor

    def _wanted(self, rule: Rule) -> bool | None:
        """True where selected, False where hidden or not among those selected, None where nothing is said."""
        chosen = max((len(p) for p in self.select if matches(p, rule)), default=0)
        hidden = max((len(p) for p in self.ignore if matches(p, rule)), default=0)
        if hidden and hidden >= chosen:
            return False
        if chosen:
            return True
        return False if self.select else None

    def _own_level(self, rule: Rule) -> Severity | None:
        found = [p for p in self.levels if matches(p, rule)]
        return self.levels[max(found, key=len)] if found else None

    def _stricter(self, own: Severity) -> Severity:
        return Severity.ERROR if self.profile.strict and own is Severity.WARNING else own


def _is_chosen(rule: Rule) -> bool:
    """Whether a profile says if a rule speaks: lint rules, and those that are off unless one turns them on."""
    return rule.id in _linted() or rule.severity is Severity.OFF


@cache
def _linted() -> frozenset[str]:
    return frozenset(r.rule.id for r in all_rules())
