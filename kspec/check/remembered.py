"""Verdicts that were found before: the same systems, asked the same within the same budget, get the same verdict."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

from kspec.cache.digest import digest
from kspec.cache.identity import identity
from kspec.cache.plain import Form
from kspec.cache.store import NO_STORE
from kspec.check.options import Options
from kspec.check.verdict import Chosen, Counterexample, Proved, Shape, Unknown, Vacuous, Verdict, Violated, Waiting
from kspec.core.property import Property
from kspec.elaborate.behaviour.question import Part
from kspec.run.trace import FieldChange, ObjectRef, Step

_FORM = Form((Chosen, Counterexample, Shape, Waiting, Step, FieldChange, ObjectRef))
_DECIDED = {kind.__name__: kind for kind in (Proved, Violated, Vacuous)}
_OPEN = b"open"
"""Kept of parts that did not decide: the design as a whole may have."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered for a budget. What was not decided is not: another time it may be."""

    options: Options

    def verdict(self, parts: Sequence[Part], whole: Callable[[], Part]) -> Verdict | None:
        """The verdict by the parts, or else by the whole, which is only made where the parts once gave up."""
        kept = self._get(parts)
        if kept == _OPEN:
            parts = [whole()]
            kept = self._get(parts)
        return None if kept is None or kept == _OPEN else _read(kept, parts[0].system.properties[0])

    def kept(self, parts: Sequence[Part], verdict: Verdict) -> Verdict:
        """The verdict, which is remembered if it is one."""
        if self.options.store is not NO_STORE and not isinstance(verdict, Unknown):
            self.options.store.put(self._key(parts), _written(verdict))
        return verdict

    def gave_up(self, parts: Sequence[Part]) -> None:
        """Remember that the whole must be asked."""
        if self.options.store is not NO_STORE:
            self.options.store.put(self._key(parts), _OPEN)

    def _get(self, parts: Sequence[Part]) -> bytes | None:
        return None if self.options.store is NO_STORE else self.options.store.get(self._key(parts))

    def _key(self, parts: Sequence[Part]) -> str:
        options = self.options
        asked = (options.seconds, options.states, options.depth, options.engine)
        return digest("verdict", identity(), asked, [(part.system, part.namer.facts) for part in parts])


def _written(verdict: Verdict) -> bytes:
    """The verdict without the property, which is the asker's own."""
    parts = {f.name: getattr(verdict, f.name) for f in fields(verdict) if f.name != "property"}
    return json.dumps(_FORM.write((type(verdict).__name__, parts))).encode()


def _read(kept: bytes, asked: Property) -> Verdict:
    kind, parts = _FORM.read(json.loads(kept))
    return _DECIDED[kind](asked, **parts)
