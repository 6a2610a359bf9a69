"""Answers to questions about the world, kept with what the world looked like.

Which files an answer depends on is known only once it was computed. So there are two steps: under the question lies
what earlier runs looked at; what that looks like now, together with the question, is the key of the answer. A run is
determined by what it saw: seeing the same, it would look at the same and say the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from kspec.cache.digest import digest
from kspec.cache.identity import identity
from kspec.cache.store import NO_STORE, Store
from kspec.source import disk  # noqa: F401 - has the questions
from kspec.source.tree import Json
from kspec.source.view import Question, View, looking

T = TypeVar("T")
_WAYS = 4
"""How many different lists of what was looked at are kept for a question (branches with other imports, say)."""


@dataclass
class Answers:
    """The answers in a store, to be asked within one view of the world."""

    store: Store
    view: View = field(default_factory=View)

    def recall(self, question: str) -> Json | None:
        """What was answered when the world looked as it does now."""
        if self.store is NO_STORE:
            return None
        for way in self._ways(question):
            found = self.store.get(self._key(question, way))
            if found is not None:
                return _json(found)
        return None

    def keep(self, question: str, answer: Json) -> None:
        """Keep the answer of a run that looked at what the view has noted."""
        if self.store is NO_STORE:
            return
        way = tuple(self.view.noted)
        others = [w for w in self._ways(question) if w != way]
        ways: Json = [[[q.name, *q.arguments] for q in w] for w in [way, *others][:_WAYS]]
        self.store.put(self._ways_key(question), _bytes(ways))
        self.store.put(self._key(question, way), _bytes(answer))

    def noting(self, compute: Callable[[], T]) -> T:
        """Compute something, noting what it looks at."""
        self.view.noted.clear()
        with looking(self.view):
            return compute()

    def _ways(self, question: str) -> Iterator[tuple[Question, ...]]:
        found = self.store.get(self._ways_key(question))
        ways = _json(found) if found is not None else None
        for way in ways if isinstance(ways, list) else ():
            yield tuple(Question(name, tuple(arguments)) for name, *arguments in _texts(way))

    def _ways_key(self, question: str) -> str:
        return digest("ways", identity(), question)

    def _key(self, question: str, way: tuple[Question, ...]) -> str:
        return digest("answer", identity(), question, self.view.digest(way))


def _bytes(value: Json) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _json(content: bytes) -> Json:
    value: Json = json.loads(content)
    return value


def _texts(way: Json) -> Iterator[list[str]]:
    for question in way if isinstance(way, list) else ():
        if isinstance(question, list):
            yield [str(part) for part in question]
