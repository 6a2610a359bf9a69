"""A pytest plugin: `pytest --kspec DESIGN` runs one test for each property and scenario of a design.

A property that is proved passes; one that is violated fails with its story, one that is undecided or vacuous fails and
says so. A design that can not be read is one failing test.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from kspec.elaborate.design import Loaded
    from kspec.syntax import nodes as n


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("kspec", "Kubernetes designs")
    group.addoption("--kspec", action="append", default=[], metavar="DESIGN", help="A design to test; repeatable.")
    group.addoption("--kspec-env", metavar="NAME", help="Apply the overlay `env NAME` to the designs.")
    group.addoption("--kspec-set", action="append", default=[], metavar="K=V", help="Set a parameter of the designs.")
    group.addoption("--kspec-budget", type=float, default=30.0, metavar="SECONDS", help="Seconds a property.")
    parser.addini("kspec_designs", "Designs that are always tested.", type="args", default=[])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add the designs' tests before others choose among all tests (`-k`, `--lf`)."""
    for path in dict.fromkeys([*config.getini("kspec_designs"), *config.getoption("--kspec")]):
        items.extend(Design.from_parent(session, name=path).collect())


class Design(pytest.Collector):
    """A design, loaded once for all its tests."""

    def collect(self) -> Iterator[pytest.Item]:
        design = self.loaded.design
        if design is None:
            yield Unreadable.from_parent(self, name="design")
            return
        for prop in design.properties:
            yield Property.from_parent(self, name=prop.name.text, asked=prop)
        for scenario in design.scenarios:
            yield Scenario.from_parent(self, name=scenario.name.text, asked=scenario)

    @cached_property
    def loaded(self) -> Loaded:
        from kspec.elaborate import load

        pairs = (text.partition("=") for text in self.config.getoption("--kspec-set"))
        settings = {name: value for name, _, value in pairs}
        return load([self.name], env=self.config.getoption("--kspec-env"), settings=settings)


class Failed(Exception):
    """Something that a design promises does not come about; the message is the whole report."""


class _Item(pytest.Item):
    """A test of a design."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """What went wrong, without the plugin's own stack."""
        if isinstance(excinfo.value, Failed):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    @property
    def design(self) -> Design:
        assert isinstance(self.parent, Design)
        return self.parent


class Unreadable(_Item):
    """The one test of a design that has mistakes."""

    def runtest(self) -> None:
        from io import StringIO

        from rich.console import Console

        from kspec.emit.diagnostics.frame import print_diagnostics

        out, loaded = StringIO(), self.design.loaded
        print_diagnostics(Console(file=out, width=120, no_color=True), loaded.diagnostics.sorted(), loaded.sources)
        raise Failed(out.getvalue())

    def reportinfo(self) -> tuple[str, int | None, str]:
        return self.design.name, None, self.name


class Property(_Item):
    """A promise of a design: it passes when it is proved."""

    def __init__(self, *, asked: n.Property, **rest: object) -> None:
        super().__init__(**rest)  # type: ignore[arg-type]
        self.asked = asked

    def runtest(self) -> None:
        from kspec.check.design import verify_design
        from kspec.check.options import Options
        from kspec.check.verdict import Proved
        from kspec.cli.caching import store
        from kspec.emit.answers.verdicts import verdicts_text

        design = self.design.loaded.design
        assert design is not None
        options = Options(seconds=self.config.getoption("--kspec-budget"), store=store(Path.cwd()))
        verified = verify_design(design, options, [self.name])
        if verified.diagnostics.has_errors:
            raise Failed("\n".join(f"{d.span}: {d.message}" for d in verified.diagnostics if d.is_error))
        if not all(isinstance(v, Proved) for v in verified.verdicts):
            raise Failed(verdicts_text(verified.verdicts))

    def reportinfo(self) -> tuple[str, int | None, str]:
        span = self.asked.name.span
        return span.file, span.line - 1, f"{self.asked.kind.value} {self.name}"


class Scenario(_Item):
    """A script of a design: it passes when everything it expects comes about, in every course."""

    def __init__(self, *, asked: n.Scenario, **rest: object) -> None:
        super().__init__(**rest)  # type: ignore[arg-type]
        self.asked = asked

    def runtest(self) -> None:
        from kspec.emit.answers.rehearsals import rehearsals_text
        from kspec.scheduler.rehearsal import rehearse

        design = self.design.loaded.design
        assert design is not None
        played = rehearse(design, self.asked)
        if played.diagnostics.has_errors:
            raise Failed("\n".join(f"{d.span}: {d.message}" for d in played.diagnostics if d.is_error))
        if not played.passed:
            raise Failed(rehearsals_text([played], trace=True))

    def reportinfo(self) -> tuple[str, int | None, str]:
        span = self.asked.name.span
        return span.file, span.line - 1, f"scenario {self.name}"
