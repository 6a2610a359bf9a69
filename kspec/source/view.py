"""The world as one run sees it: what was asked of it, and that each question has one answer.

Everything that a run reads (files, folders, patterns, the day) is a question of `kspec.source.disk`. Outside of a view
questions are simply asked. Inside of one, the first answer is kept: a file that changes under a run is read once, and
what a run depended on is known afterwards, so that a later run can tell whether anything is different.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec, TypeAlias, TypeVar, cast

Answer: TypeAlias = Hashable
"""Bytes, or a value whose `repr` says all about it."""
P = ParamSpec("P")
A = TypeVar("A", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Question:
    """A question about the world: the name of a function of `kspec.source.disk`, and its arguments."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Refused:
    """The world did not answer."""

    error: OSError


@dataclass
class View:
    """The answers so far. `noted` are the questions of the run that is being recorded, in order."""

    noted: dict[Question, None] = field(default_factory=dict)
    _answers: dict[Question, Answer | _Refused] = field(default_factory=dict)

    def ask(self, question: Question) -> Answer:
        """The answer; raises the `OSError` that stands for it."""
        if question not in self._answers:
            try:
                self._answers[question] = _QUESTIONS[question.name](*question.arguments)
            except OSError as error:
                self._answers[question] = _Refused(error)
        answer = self._answers[question]
        if isinstance(answer, _Refused):
            raise answer.error
        return answer

    def digest(self, questions: Iterable[Question]) -> str:
        """A fingerprint of some questions with their answers."""
        state = hashlib.blake2b(digest_size=32)
        for question in questions:
            state.update(repr((question.name, question.arguments)).encode(errors="surrogatepass"))
            try:
                answer = self.ask(question)
            except OSError as error:
                answer = f"{type(error).__name__} {error.errno}"
            body = answer if isinstance(answer, bytes) else repr(answer).encode(errors="surrogatepass")
            state.update(f"{type(answer).__name__} {len(body)} ".encode())
            state.update(body)
        return state.hexdigest()


_QUESTIONS: dict[str, Callable[..., Answer]] = {}
_current: ContextVar[View | None] = ContextVar("view", default=None)


def question(function: Callable[P, A]) -> Callable[P, A]:
    """Marks a function of texts that asks the world. It may raise `OSError`, and depends on nothing else."""
    _QUESTIONS[function.__name__] = function

    @wraps(function)
    def asked(*arguments: P.args, **named: P.kwargs) -> A:
        view = _current.get()
        if view is None:
            return function(*arguments, **named)
        assert not named, "questions have positions only"
        it = Question(function.__name__, cast("tuple[str, ...]", arguments))
        view.noted[it] = None
        return cast(A, view.ask(it))

    return asked


@contextmanager
def looking(view: View) -> Iterator[None]:
    """Whatever is asked meanwhile is asked of this view."""
    token = _current.set(view)
    try:
        yield
    finally:
        _current.reset(token)
