"""A check that was made before, with nothing changed since, is told again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from kspec.cache.plain import Form
from kspec.cli.checking.checked import Checked
from kspec.cli.checking.options import Options
from kspec.cli.session import Session
from kspec.emit.diagnostics.report import Report
from kspec.source import disk
from kspec.source.decode import decode
from kspec.source.diagnostic import Diagnostic, Label, Rule, Severity
from kspec.source.repository import Repository
from kspec.source.text import STDIN_NAME, SourceFile, Span
from kspec.source.tree import Json
from kspec.source.view import looking

_FORM = Form((Checked, Report, Severity, Label, Span), shared=(Diagnostic, Rule))


def checked(session: Session, options: Options, say: Callable[[str], None]) -> Checked:
    """The outcome of a check: the one kept, if nothing it depends on has changed, or a new one.

    Kept is what another run could only repeat: wrong input is looked at again, and so is what time did not suffice for.
    """
    since = _since(session, options)
    answers, question = session.answers, session.question("check", options, since and since[1])
    kept = answers.recall(question)
    if kept is not None:
        return _read(kept, session)
    made = answers.noting(lambda: _made(session, options, since, say))
    if made.decided and not made.wrong_input:
        answers.keep(question, _written(made))
    return made


def _since(session: Session, options: Options) -> tuple[Repository, str] | None:
    """The commit that the design is compared with."""
    if options.changed_since is None:
        return None
    from kspec.cli.checking.changed import commit_before

    return commit_before(options.changed_since, session.required_paths())


def _made(
    session: Session, options: Options, since: tuple[Repository, str] | None, say: Callable[[str], None]
) -> Checked:
    from kspec.cli.checking.asked import asked
    from kspec.cli.checking.run import check

    loaded, question = session.loaded(), asked(options, session.answers.store)
    if since is not None and options.changed_since is not None:
        from kspec.cli.checking.changed import Read, change_since

        read = Read(session.paths, session.env, session.settings)
        question = replace(question, change=change_since(*since, options.changed_since, loaded, read))
    return check(loaded, question, say)


def _written(made: Checked) -> Json:
    """The outcome without the texts: they are the files'."""
    return {
        "checked": _FORM.write(replace(made, report=replace(made.report, sources={}))),
        "files": [*made.report.sources],
    }


def _read(kept: Json, session: Session) -> Checked:
    assert isinstance(kept, dict)
    found: Checked = _FORM.read(kept["checked"])
    files = kept["files"]
    assert isinstance(files, list)
    return replace(found, report=replace(found.report, sources=_Texts(tuple(map(str, files)), session)))


@dataclass(frozen=True)
class _Texts(Mapping[str, SourceFile]):
    """The texts of a design, each read when somebody wants to show a line of it."""

    names: tuple[str, ...]
    session: Session
    _read: dict[str, SourceFile] = field(default_factory=dict)

    def __getitem__(self, name: str) -> SourceFile:
        if name not in self._read:
            if name not in self.names:
                raise KeyError(name)
            text = decode(name, self._bytes(name))
            self._read[name] = SourceFile(name, text if isinstance(text, str) else "")
        return self._read[name]

    def _bytes(self, name: str) -> bytes:
        """What the run has seen already."""
        if name == STDIN_NAME:
            return self.session.stdin or b""
        with looking(self.session.answers.view):
            return disk.content(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)
