"""What a run of `kspec check` was asked: the command line over the configuration over the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kspec.cache import NO_STORE, Store
from kspec.cli.checking.options import Options
from kspec.lint.baseline import FILE, Baseline, read_baseline
from kspec.lint.config import Config, find_config, read_config
from kspec.lint.config.model import NO_CONFIG
from kspec.lint.profiles import DEFAULT_PROFILE, profile
from kspec.lint.selection import Selection
from kspec.lint.settings import Settings
from kspec.lint.suppression.model import Suppression
from kspec.source import disk
from kspec.source.diagnostic import Diagnostic, Diagnostics, Severity
from kspec.source.rules import UNREADABLE_INPUT
from kspec.source.text import SourceFile

if TYPE_CHECKING:
    from kspec.cli.checking.changed import Change


@dataclass(frozen=True)
class Asked:
    """Everything that decides what is looked at, shown and counted. `mistakes` are those of the configuration."""

    selection: Selection
    fail_on: Severity
    settings: Settings
    exemptions: tuple[Suppression, ...]
    baseline: Baseline | None
    solve: bool
    budget: float
    today: date | None = None
    """The day on which suppressions expire. None: the day it is, which is looked at only where there is one."""
    store: Store = NO_STORE
    """Where verdicts of earlier runs lie."""
    change: Change | None = None
    """Only findings about this change are told."""
    mistakes: Diagnostics = field(default_factory=Diagnostics)
    sources: Mapping[str, SourceFile] = field(default_factory=dict)


def asked(options: Options, store: Store = NO_STORE) -> Asked:
    """Read the configuration and the baseline, and put the command line over them."""
    mistakes, sources = Diagnostics(), dict[str, SourceFile]()
    config = _config(options, mistakes, sources)
    chosen = profile(options.profile or config.profile or "") or DEFAULT_PROFILE
    selection = Selection(chosen, options.select or config.select, (*options.ignore, *config.ignore), config.levels)
    return Asked(
        selection,
        options.fail_on or config.fail_on or Severity.ERROR,
        config.settings,
        config.exemptions,
        _baseline(options, config, mistakes),
        options.solve,
        options.budget,
        store=store,
        mistakes=mistakes,
        sources=sources,
    )


def baseline_file(options: Options) -> Path:
    """Where the baseline is kept: as configured, or in the folder of the run."""
    config = _config(options, Diagnostics(), {})
    return Path(config.path).parent / config.baseline if config.baseline is not None else Path(FILE)


def _config(options: Options, mistakes: Diagnostics, sources: dict[str, SourceFile]) -> Config:
    path = Path(options.config) if options.config is not None else find_config(Path.cwd())
    return read_config(path, mistakes, sources) if path is not None else NO_CONFIG


def _baseline(options: Options, config: Config, mistakes: Diagnostics) -> Baseline | None:
    """The baseline of the command line, or that of the configuration, if its file is there."""
    if options.baseline is not None:
        return _read(Path(options.baseline), mistakes)
    if config.baseline is None:
        return None
    path = Path(config.path).parent / config.baseline
    return _read(path, mistakes) if disk.exists(str(path)) else None


def _read(path: Path, mistakes: Diagnostics) -> Baseline | None:
    try:
        found = read_baseline(path.as_posix(), disk.content(str(path)).decode("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        found = Diagnostic(UNREADABLE_INPUT, f"`{path}` cannot be read: {reason}")
    if isinstance(found, Diagnostic):
        mistakes.add(found)
        return None
    return found
