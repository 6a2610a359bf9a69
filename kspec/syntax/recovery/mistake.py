"""A mistake in a text: what to say about it, and how reading can go on."""

from __future__ import annotations

from dataclasses import dataclass, field

from kspec.source.diagnostic import Diagnostic, Label, Rule
from kspec.source.rules import SYNTAX
from kspec.source.text import Span
from kspec.syntax.tokens import Token


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `tokens` in the place of the tokens from `start` up to `stop`; an insertion where the two are equal."""

    start: int
    stop: int
    tokens: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, where, what would be right; `edits` turn the tokens into what was probably meant.

    A `habit` is a way of writing from elsewhere (YAML's indentation, commas between fields): when a file has several
    mistakes of one habit, they are told as one, because the reader needs to hear it once. A `guess` is what the last
    resort says; a second guess on the same line would only repeat that the line is odd. What is `certain` can have no
    other cause.
    """

    message: str
    span: Span
    help: str | None
    edits: tuple[Edit, ...] = ()
    habit: str | None = None
    related: tuple[Label, ...] = ()
    rule: Rule = field(default=SYNTAX)
    guess: bool = False
    certain: bool = False

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(self.rule, self.message, self.span, self.help, related=self.related)


def made(kind: str, text: str, beside: Token, *, before: bool = False) -> Token:
    """A token that nobody wrote, right behind `beside` (or right before it)."""
    at = (beside.start, beside.line, beside.column) if before else (beside.end, beside.end_line, beside.end_column)
    token = Token(kind, text, *at)
    token.end, token.end_line, token.end_column = at
    return token


def instead(kind: str, text: str, first: Token, last: Token | None = None) -> Token:
    """A token in the place of those from `first` to `last`."""
    last = last or first
    token = Token(kind, text, first.start, first.line, first.column)
    token.end, token.end_line, token.end_column = last.end, last.end_line, last.end_column
    return token


def told(mistakes: list[Mistake]) -> list[Diagnostic]:
    """The diagnostics of a file's mistakes, those of one habit joined."""
    first: dict[str, int] = {}
    out: list[Diagnostic] = []
    guessed: set[int] = set()
    for mistake in mistakes:
        if mistake.guess and mistake.span.line in guessed:
            continue
        if mistake.guess:
            guessed.add(mistake.span.line)
        if mistake.habit is None:
            out.append(mistake.diagnostic())
        elif mistake.habit not in first:
            first[mistake.habit] = len(out)
            out.append(mistake.diagnostic())
        else:
            place = first[mistake.habit]
            known = out[place]
            related = (*known.related, Label("here too", mistake.span))
            out[place] = Diagnostic(known.rule, known.message, known.span, known.help, related=related)
    return out
