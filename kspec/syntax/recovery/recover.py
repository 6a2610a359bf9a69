"""Reading on after mistakes: every mistake of a text, and the tokens as they were probably meant."""

from __future__ import annotations

from dataclasses import dataclass, field

from kspec.syntax.limits import MAX_MISTAKES
from kspec.syntax.recovery.expected import FILE_END
from kspec.syntax.recovery.generic import unexpected
from kspec.syntax.recovery.mistake import Mistake
from kspec.syntax.recovery.patterns import PATTERNS
from kspec.syntax.recovery.scene import Scene
from kspec.syntax.recovery.stack import Stack, step
from kspec.syntax.table import END, Table
from kspec.syntax.tokens import Token


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
    finished: bool = False

    def run(self) -> None:
        """Find all mistakes, `MAX_MISTAKES` at most."""
        history: list[Stack] = [(self.table.starts[self.start], None)]
        while len(self.mistakes) < MAX_MISTAKES:
            index = len(history) - 1
            token = self.tokens[index]
            after = step(self.table, history[index], token)
            if after is not None:
                if token.kind == END:
                    self.finished = True
                    return
                history.append(after)
                continue
            mistake = self._judge(Scene(self.table, self.path, self.text, self.tokens, history, index, self.ending))
            self.mistakes.append(mistake)
            if not mistake.edits:
                return
            for edit in sorted(mistake.edits, key=lambda e: e.start, reverse=True):
                self.tokens[edit.start : edit.stop] = edit.tokens
            del history[min(edit.start for edit in mistake.edits) + 1 :]

    def _judge(self, scene: Scene) -> Mistake:
        for pattern in PATTERNS:
            mistake = pattern(scene)
            if mistake is not None:
                return mistake
        return unexpected(scene)
