"""What a verb has to say, kept so that it need not be found out again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kspec.cache.plain import Form
from kspec.cli.session import Session
from kspec.source.tree import Json


@dataclass(frozen=True, slots=True)
class Told:
    """An answer as text and as a document, the exit code, and files by their names.

    `final` tells that asking again could only bring the same: nothing was left undecided.
    """

    text: str
    document: Json
    code: int
    files: Mapping[str, str] = field(default_factory=dict)
    final: bool = True


_FORM = Form([Told])


def told(session: Session, asked: tuple[object, ...], find_out: Callable[[], Told]) -> Told:
    """The answer to a question, from an earlier run if nothing that it depends on has changed.

    `asked` is the verb and its options; the design is the session's. `find_out` loads it.
    """
    answers, question = session.answers, session.question(*asked)
    kept = answers.recall(question)
    if kept is not None:
        found: Told = _FORM.read(kept)
        return found
    made = answers.noting(find_out)
    if made.final:
        answers.keep(question, _FORM.write(made))
    return made
