"""Reading on after mistakes: every mistake of a text, and the tokens as they were probably meant."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kspec.source.text import Span
from kspec.syntax.limits import MAX_MISTAKES
from kspec.syntax.recovery.expected import FILE_END
from kspec.syntax.recovery.foresight import farsighted
from kspec.syntax.recovery.generic import unexpected
from kspec.syntax.recovery.mistake import Mistake
from kspec.syntax.recovery.patterns import CERTAIN, PATTERNS
from kspec.syntax.recovery.scene import CLOSERS, Scene
from kspec.syntax.recovery.stack import Stack, step
from kspec.syntax.table import END, Table
from kspec.syntax.tokens import Token

FORESEEN = 10
"""The first so many mistakes are repaired with a look at all that follows; a text with more of them is not worth it."""


@dataclass
class Recovery:
    """One reading of a text with mistakes. It edits `tokens`; once `finished`, they can be read to their end."""

    table: Table
    path: str
    text: str
    tokens: list[Token]
    start: str = "start"
    ending: str = FILE_END
    mistakes: list[Mistake] = field(default_factory=list)
    lost: list[Span] = field(default_factory=list)
    """The lines that a repair changed, or a mistake is about."""
    finished: bool = False

    def run(self) -> None:
        """Find all mistakes, `MAX_MISTAKES` at most."""
        history: list[Stack] = [(self.table.starts[self.start], None)]
        while len(self.mistakes) < MAX_MISTAKES:
            index = len(history) - 1
            token = self.tokens[index]
            stack = step(self.table, history[index], token)
            if stack is not None:
                if token.kind == END:
                    self.finished = True
                    return
                history.append(stack)
                continue
            scene = Scene(self.table, self.path, self.text, self.tokens, history, index, self.ending)
            mistake = self._judge(scene)
            if len(self.mistakes) < FORESEEN and mistake.edits:
                after = self._following(scene, mistake)
                if after is not None and not (mistake.certain and after.certain):
                    mistake = farsighted(scene, mistake, guess=mistake.guess or after.guess)
            self.mistakes.append(mistake)
            if not mistake.edits:
                return
            self.lost.append(_touched(scene, mistake))
            _edit(self.tokens, mistake)
            del history[min(edit.start for edit in mistake.edits) + 1 :]

    def _following(self, scene: Scene, mistake: Mistake) -> Mistake | None:
        """The next mistake after the repair of one."""
        tokens = list(self.tokens)
        _edit(tokens, mistake)
        history = list(scene.history[: min(edit.start for edit in mistake.edits) + 1])
        while (after := step(self.table, history[-1], tokens[len(history) - 1])) is not None:
            if tokens[len(history) - 1].kind == END:
                return None
            history.append(after)
        return self._judge(replace(scene, tokens=tokens, history=history, index=len(history) - 1))

    def _judge(self, scene: Scene) -> Mistake:
        for pattern in PATTERNS:
            mistake = pattern(scene)
            if mistake is not None:
                return replace(mistake, certain=True) if pattern in CERTAIN else mistake
        return unexpected(scene)


def _edit(tokens: list[Token], mistake: Mistake) -> None:
    for edit in sorted(mistake.edits, key=lambda e: e.start, reverse=True):
        tokens[edit.start : edit.stop] = edit.tokens


def _touched(scene: Scene, mistake: Mistake) -> Span:
    """The lines of a mistake and its repair; all before a line that closes nothing, since that may belong anywhere."""
    last = len(scene.tokens) - 1
    places = [*(e.start for e in mistake.edits), *(max(e.stop - 1, e.start) for e in mistake.edits)]
    lines = [scene.tokens[min(place, last)].line for place in places] + [mistake.span.line, mistake.span.end_line]
    if scene.token.kind in CLOSERS.values() and scene.opens_line(scene.index) and not scene.brackets.opened:
        lines.append(1)
    return Span(scene.path, min(lines), 1, max(lines), 1)
