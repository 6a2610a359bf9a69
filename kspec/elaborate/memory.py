"""What the loads of one design remember from one to the next, for as long as an editor has it open.

A text that has not changed is not read again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kspec.source.text import SourceFile
from kspec.source.yaml import Reading, read_documents
from kspec.syntax import Parsed, parse

if TYPE_CHECKING:
    from kspec.elaborate.inputs import Texts
    from kspec.elaborate.world import World


@dataclass
class Memory:
    """`open` holds texts by the real paths of their files, which they stand for until they are saved.

    `texts` and `world` are what the last load knew, however broken its input was; `read` names the texts that it had to
    read because they were new or had changed.
    """

    open: dict[str, str] = field(default_factory=dict)
    texts: Texts | None = None
    world: World | None = None
    read: list[str] = field(default_factory=list)
    _parsed: dict[str, tuple[str, Parsed]] = field(default_factory=dict)
    _documents: dict[str, tuple[str, Reading]] = field(default_factory=dict)

    def parsed(self, source: SourceFile) -> Parsed:
        """The tree of a kspec text."""
        known = self._parsed.get(source.path)
        if known is None or known[0] != source.text:
            self.read.append(source.path)
            known = self._parsed[source.path] = (source.text, parse(source))
        return known[1]

    def documents(self, source: SourceFile) -> Reading:
        """The documents of a manifest."""
        known = self._documents.get(source.path)
        if known is None or known[0] != source.text:
            self.read.append(source.path)
            known = self._documents[source.path] = (source.text, read_documents(source))
        return known[1]
