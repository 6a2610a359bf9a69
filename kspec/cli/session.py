"""One run of a verb: its paths and options, how it loads a design and how it answers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kspec.cli.exits import Exit, Stop
from kspec.source.diagnostic import Diagnostic, Diagnostics
from kspec.source.text import SourceFile
from kspec.source.tree import Json

if TYPE_CHECKING:
    from rich.console import Console

    from kspec.cache import Answers
    from kspec.elaborate.design import Design, Loaded
    from kspec.elaborate.memory import Memory


@dataclass(frozen=True)
class Session:
    """What the user asked for, apart from the verb's own options."""

    paths: tuple[str, ...]
    env: str | None
    settings: Mapping[str, str]
    format: str
    output: str | None
    quiet: bool
    no_color: bool
    no_cache: bool = False

    @cached_property
    def console(self) -> Console:
        """Where findings go: standard output, coloured only on a terminal."""
        return self._console(stderr=False)

    @cached_property
    def errors(self) -> Console:
        """Standard error: progress and what is not the answer."""
        return self._console(stderr=True)

    def _console(self, *, stderr: bool) -> Console:
        from rich.console import Console

        stream = sys.stderr if stderr else sys.stdout
        color = None if stream.isatty() and not self.no_color else True
        return Console(stderr=stderr, no_color=color, highlight=False, soft_wrap=True, emoji=False, markup=False)

    def loaded(self) -> Loaded:
        """Read the paths; usage errors stop here."""
        from kspec.elaborate import load

        return load(self.required_paths(), env=self.env, settings=self.settings, stdin=self.stdin)

    def load_variant(self, env: str | None, settings: Mapping[str, str]) -> Design | None:
        """The same paths in an environment (by default this run's), with values that count over this run's."""
        from kspec.elaborate import load

        settings = {**self.settings, **settings}
        chosen = env if env is not None else self.env
        loaded = load(self.required_paths(), env=chosen, settings=settings, stdin=self.stdin, memory=self._memory)
        return loaded.design

    @cached_property
    def _memory(self) -> Memory:
        """What the variants of a design share: its texts are read once."""
        from kspec.elaborate.memory import Memory

        return Memory()

    def required_paths(self) -> tuple[str, ...]:
        """The paths; without any, the usage is wrong."""
        if not self.paths:
            raise click.UsageError("give at least one PATH: a .kspec file, a YAML or JSON file, a folder, or -")
        return self.paths

    @cached_property
    def stdin(self) -> bytes | None:
        """All of standard input, where `-` is among the paths."""
        if "-" not in self.paths:
            return None
        if sys.stdin is None:
            raise click.UsageError("standard input is closed; `-` reads it")
        return sys.stdin.buffer.read()

    @cached_property
    def answers(self) -> Answers:
        """What earlier runs found out, for whoever asks the same; see `kspec.cli.caching`."""
        from kspec.cache import NO_STORE, Answers
        from kspec.cli.caching import store

        return Answers(NO_STORE) if self.no_cache else Answers(store(Path.cwd()))

    def question(self, *asked: object) -> str:
        """A digest of what this run asks: the design as the command line names it, and plain values of the verb's own.

        What the files hold is no part of it; that is for `answers` to look at.
        """
        from kspec.cache.digest import digest

        settings = tuple(self.settings.items())
        return digest(str(Path.cwd()), self.required_paths(), self.env, settings, self.stdin, asked)

    def design(self) -> Design:
        """The design. On errors in the input it says all of them and stops with exit code 2."""
        return self.design_of(self.loaded())

    def design_of(self, loaded: Loaded) -> Design:
        """The design that was loaded; as `design`, where the texts are wanted too."""
        if loaded.design is None or loaded.diagnostics.has_errors:
            self.findings(loaded.diagnostics, loaded.sources)
            raise Stop(Exit.BAD_INPUT)
        return loaded.design

    def refuse(self, diagnostics: Sequence[Diagnostic], sources: Mapping[str, SourceFile] | None = None) -> Stop:
        """Say what is wrong with the input; raise what this returns."""
        collected = Diagnostics()
        collected.extend(diagnostics)
        self.findings(collected, sources or {})
        return Stop(Exit.BAD_INPUT)

    def findings(self, diagnostics: Diagnostics, sources: Mapping[str, SourceFile]) -> None:
        """Print findings: as the check contract on standard output with `--format json`, else as text."""
        if self.format == "json":
            from kspec.emit.diagnostics.json import check_document

            self.print_json(check_document(diagnostics.sorted()))
            return
        from kspec.emit.diagnostics.frame import print_diagnostics

        print_diagnostics(self.errors, diagnostics.sorted(), sources, brief=self.quiet)

    def answer_json(self, document: Json) -> None:
        """Answer with a JSON document; deterministic byte for byte."""
        from kspec.emit.json_text import json_text

        self.answer(json_text(document) + "\n")

    def print_json(self, document: Json) -> None:
        """A JSON document on standard output, where `--output` means something else."""
        from kspec.emit.json_text import json_text

        click.echo(json_text(document))

    def answer(self, text: str) -> None:
        """Answer with a text, to `--output` or standard output (also `--output -`)."""
        if self.output in (None, "-"):
            click.echo(text, nl=False)
            return
        from kspec.emit.atomic import write_file

        try:
            write_file(Path(str(self.output)), text)
        except OSError as error:
            raise click.ClickException(f"cannot write {self.output}: {error.strerror or error}") from error

    @contextmanager
    def progress(self, what: str) -> Iterator[None]:
        """Show that something takes its time: a spinner on a terminal, nothing in a pipe."""
        with self.steps(what):
            yield

    @contextmanager
    def steps(self, what: str) -> Iterator[Callable[[str], None]]:
        """The same, for work that tells what it is at."""
        if self.quiet or not sys.stderr.isatty():
            yield lambda words: None
            return
        with self.errors.status(what) as status:
            yield lambda words: status.update(f"{what}: {words}")
