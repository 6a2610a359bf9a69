"""From TOML to a configuration: every key known, every value of its type."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from kspec.elaborate.rules import TYPE, UNKNOWN_FIELD, UNKNOWN_NAME
from kspec.lint.config.model import Config
from kspec.lint.nearest import did_you_mean
from kspec.lint.profiles import PROFILES
from kspec.lint.settings import Settings
from kspec.lint.suppression.model import Like, Suppression
from kspec.source.diagnostic import Diagnostics, Rule, Severity
from kspec.source.text import SourceFile, Span

_LISTS = ("select", "ignore", "external", "registries", "required-labels")
_KEYS = frozenset({*_LISTS, "profile", "fail-on", "severity", "exempt", "baseline", "cache", "cache-limit"})
_EXEMPT_LISTS = ("rules", "paths", "kinds", "namespaces", "names")
_EXEMPT = frozenset({*_EXEMPT_LISTS, "reason", "until"})
_LEVELS = {s.value: s for s in Severity}


def parse_config(source: SourceFile, table: dict[str, Any], diagnostics: Diagnostics) -> Config:
    """The configuration in a table; reports unknown keys and wrong values."""
    reader = _Reader(source, diagnostics)
    reader.known(table, _KEYS)
    lists = {name: reader.texts(table, name) for name in _LISTS}
    profile = reader.one_of(table, "profile", [p.name for p in PROFILES])
    fail_on = reader.one_of(table, "fail-on", ["error", "warning", "info"])
    reader.cache(table)
    return Config(
        path=source.path,
        profile=profile,
        select=lists["select"],
        ignore=lists["ignore"],
        fail_on=_LEVELS[fail_on] if fail_on else None,
        levels=reader.levels(table),
        settings=Settings(lists["external"], lists["registries"], lists["required-labels"]),
        exemptions=tuple(reader.exemptions(table)),
        baseline=reader.text(table, "baseline"),
    )


@dataclass
class _Reader:
    source: SourceFile
    diagnostics: Diagnostics

    def known(self, table: dict[str, Any], keys: frozenset[str]) -> None:
        for key in table:
            if key not in keys:
                self.report(UNKNOWN_FIELD, key, f"there is no setting `{key}`", did_you_mean(key, keys))

    def texts(self, table: dict[str, Any], key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if isinstance(value, list) and all(isinstance(v, str) for v in value):
            return tuple(value)
        self.report(TYPE, key, f"`{key}` takes a list of texts", f'write {key} = ["..."]')
        return ()

    def text(self, table: dict[str, Any], key: str) -> str | None:
        value = table.get(key)
        if value is None or isinstance(value, str):
            return value
        self.report(TYPE, key, f"`{key}` takes a text")
        return None

    def one_of(self, table: dict[str, Any], key: str, words: list[str]) -> str | None:
        value = self.text(table, key)
        if value is None or value in words:
            return value
        hint = did_you_mean(value, words)
        self.report(UNKNOWN_NAME, key, f"`{key}` is one of {', '.join(words)}, not `{value}`", hint)
        return None

    def levels(self, table: dict[str, Any]) -> dict[str, Severity]:
        given = table.get("severity", {})
        if not isinstance(given, dict):
            self.report(TYPE, "severity", "`severity` is a table of rules and levels", 'write KS3028 = "error" in it')
            return {}
        found = {}
        for rule in given:
            level = self.one_of(given, rule, list(_LEVELS))
            if level is not None:
                found[rule] = _LEVELS[level]
        return found

    def cache(self, table: dict[str, Any]) -> None:
        """What `kspec.cli.caching` takes from the table must be of its types."""
        if not isinstance(table.get("cache", True), bool | str):
            self.report(TYPE, "cache", "`cache` is true, false or a folder", 'write cache = ".kspec-cache"')
        limit = table.get("cache-limit", 1)
        if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
            self.report(TYPE, "cache-limit", "`cache-limit` is a number of MiB from 1", "write cache-limit = 256")

    def exemptions(self, table: dict[str, Any]) -> list[Suppression]:
        given = table.get("exempt", [])
        if not isinstance(given, list) or not all(isinstance(e, dict) for e in given):
            self.report(TYPE, "exempt", "`exempt` is a list of tables", "write [[exempt]] in front of each")
            return []
        return [e for i, entry in enumerate(given) if (e := self._exemption(entry, i)) is not None]

    def _exemption(self, entry: dict[str, Any], number: int) -> Suppression | None:
        self.known(entry, _EXEMPT)
        rules, *patterns = (self.texts(entry, name) for name in _EXEMPT_LISTS)
        until = entry.get("until")
        if until is not None and not isinstance(until, date):
            self.report(TYPE, "until", "`until` takes a day", "write until = 2027-01-01")
            return None
        if not rules:
            self.report(TYPE, "exempt", "an exemption names no rules", 'write rules = ["KS5"]')
            return None
        span = self.place("exempt", number)
        return Suppression(rules, Like(*patterns), "exemption", span, self.text(entry, "reason"), until)

    def report(self, rule: Rule, key: str, message: str, help: str | None = None) -> None:
        self.diagnostics.report(rule, message, self.place(key), help=help)

    def place(self, key: str, number: int = 0) -> Span:
        """The line that has the key, the first or one after it: TOML's reader keeps no places."""
        pattern = re.compile(rf"^\s*(?:\[+(?:tool\.kspec\.)?)?[\"']?{re.escape(key)}[\"']?\s*(?:=|\])")
        for at, line in enumerate(self.source.lines, 1):
            if not pattern.match(line):
                continue
            number -= 1
            if number < 0:
                start = line.index(key) + 1
                return Span(self.source.path, at, start, at, start + len(key))
        return Span.point(self.source.path, 1, 1)
