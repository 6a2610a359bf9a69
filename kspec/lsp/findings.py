"""What is wrong with a design, as `kspec check --no-solve` would say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from kspec.api.findings import findings as refusals
from kspec.elaborate import Loaded
from kspec.elaborate.design import Design
from kspec.emit.manual import catalogue
from kspec.lint.config import find_config, read_config
from kspec.lint.config.model import NO_CONFIG, Config
from kspec.lint.index import Index
from kspec.lint.policy import policy_findings
from kspec.lint.profiles import DEFAULT_PROFILE, profile
from kspec.lint.refused.restate import restated
from kspec.lint.rule import run
from kspec.lint.selection import Selection
from kspec.lint.suppression.annotation import allowed_by_annotation
from kspec.lint.suppression.apply import suppress
from kspec.lint.suppression.comments import allowed_by_comment
from kspec.lint.suppression.model import Suppression
from kspec.lint.suppression.source import allowed_in_text
from kspec.source import disk
from kspec.source.diagnostic import Diagnostic, Diagnostics


def findings(loaded: Loaded, folder: Path) -> list[Diagnostic]:
    """All findings of a load, those of the rules too where the design is sound; `folder` has the configuration."""
    found = Diagnostics()
    found.extend(loaded.diagnostics)
    config = _config(folder, found)
    selection = _selection(config)
    design = loaded.design
    if design is not None:
        found.extend(_refused(design))
        found.extend(run(Index.of_design(design, config.settings, selection.least), selection.rules()))
        if design.policies:
            found.extend(policy_findings(design))
    suppressions: list[Suppression] = list(config.exemptions)
    if design is not None:
        suppressions += [*allowed_in_text(design), *allowed_by_annotation(design.written)]
        suppressions += allowed_by_comment(loaded.sources.values())
    accepted = suppress(
        selection.apply(found.sorted()),
        suppressions,
        today=date.fromisoformat(disk.day()),
        catalogue=catalogue,
        asked=lambda rule: False,
        reasons_required=selection.profile.strict,
    )
    return [*accepted.kept, *selection.apply(accepted.complaints)]


def _config(folder: Path, found: Diagnostics) -> Config:
    path = find_config(folder)
    return read_config(path, found, {}) if path is not None else NO_CONFIG


def _selection(config: Config) -> Selection:
    chosen = profile(config.profile or "") or DEFAULT_PROFILE
    return Selection(chosen, config.select, config.ignore, config.levels)


def _refused(design: Design) -> Iterator[Diagnostic]:
    """What the API server refuses, those refusals left out that a rule explains better."""
    for resource in design.written:
        for finding in refusals(resource):
            rule = restated(finding)
            if rule is not None:
                yield finding if rule is finding.rule else replace(finding, rule=rule)


def by_file(findings: Iterable[Diagnostic], files: Iterable[str], first: str) -> dict[str, list[Diagnostic]]:
    """Findings by the file they are in; those without a place are at the top of `first`."""
    out: dict[str, list[Diagnostic]] = {file: [] for file in files}
    for finding in findings:
        out.setdefault(finding.span.file if finding.span is not None else first, []).append(finding)
    return out
