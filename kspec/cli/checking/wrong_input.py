"""Which findings mean that the input itself is wrong (exit code 2), rather than what it describes.

A text that can not be read is wrong input, and so is kspec text that has no meaning, or a mistaken configuration. What
is wrong with an object in a manifest is a finding like any other, and so are two objects of one name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kspec.elaborate import rules as elaboration
from kspec.source import rules as reading
from kspec.source.diagnostic import Diagnostic
from kspec.source.text import SourceFile

_UNREADABLE = frozenset({reading.SYNTAX.id, reading.UNREADABLE_INPUT.id})
_MEANINGLESS = frozenset(r.id for r in elaboration.RULES) - {elaboration.DUPLICATE.id}
_MANIFESTS = (".yaml", ".yml", ".json")
_OBJECT = re.compile(r"^[ \t{-]*[\"']?apiVersion[\"']?[ \t]*:", re.MULTILINE)


def is_wrong_input(diagnostic: Diagnostic, sources: Mapping[str, SourceFile]) -> bool:
    """Whether a finding says that a text could not be read or understood."""
    if not diagnostic.is_error:
        return False
    if diagnostic.rule.id in _UNREADABLE:
        return True
    return diagnostic.rule.id in _MEANINGLESS and not _in_manifest(diagnostic, sources)


def _in_manifest(diagnostic: Diagnostic, sources: Mapping[str, SourceFile]) -> bool:
    """Whether a finding is about an object in YAML or JSON."""
    file = diagnostic.span.file if diagnostic.span is not None else ""
    if file.endswith(_MANIFESTS):
        return True
    source = sources.get(file)
    return not file.endswith((".kspec", ".toml")) and source is not None and bool(_OBJECT.search(source.text))
