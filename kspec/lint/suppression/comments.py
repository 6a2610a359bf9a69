"""Comments in YAML: `# kspec: allow KS3003 reason`.

At the end of a line it is about that line. On a line of its own it is about what follows: the key or list item of the
next line with everything under it; in front of the first key of a document, the whole object.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kspec.lint.suppression.annotation import split_reason
from kspec.lint.suppression.model import Inside, Suppression
from kspec.source.text import SourceFile, Span

_RULE = r"(?:KS\d{1,4}|[a-z0-9]+(?:-[a-z0-9]+)+)"
_COMMENT = re.compile(rf"#\s*kspec:\s*allow\s+(?P<rules>{_RULE}(?:\s*,\s*{_RULE})*)(?P<said>.*)$")
_SUFFIXES = (".yaml", ".yml")
_DOCUMENT = re.compile(r"^---(?:\s|$)")


def allowed_by_comment(sources: Iterable[SourceFile]) -> Iterator[Suppression]:
    """What comments in manifests accept, in order of their writing."""
    for source in sources:
        if source.path.endswith(_SUFFIXES) or source.path.startswith("<"):
            yield from _of_file(source)


def _of_file(source: SourceFile) -> Iterator[Suppression]:
    if "kspec:" not in source.text:
        return
    for number, line in enumerate(source.lines, 1):
        match = _COMMENT.search(line)
        if match is None:
            continue
        rules = tuple(r.strip() for r in match["rules"].split(","))
        reason, until = split_reason(match["said"].lstrip(" :-="))
        span = Span(source.path, number, match.start() + 1, number, len(line) + 1)
        alone = not line[: match.start()].strip()
        first, last = _block(source, number) if alone else (number, number)
        place = Span(source.path, first, 1, last + 1, 1)
        yield Suppression(rules, Inside(place), "comment", span, reason, until)


def _block(source: SourceFile, comment: int) -> tuple[int, int]:
    """The lines of what follows a comment: a key or item with what is under it, or a whole document."""
    start = next((n for n in range(comment + 1, len(source.lines) + 1) if _content(source.line(n))), comment)
    if _opens_document(source, start):
        return start, _end(source, start, document=True)
    return start, _end(source, start, document=False)


def _opens_document(source: SourceFile, start: int) -> bool:
    """Whether no content stands between a line and the start of its document."""
    for number in range(start - 1, 0, -1):
        line = source.line(number)
        if _DOCUMENT.match(line):
            return True
        if _content(line):
            return False
    return True


def _end(source: SourceFile, start: int, *, document: bool) -> int:
    """The last line of a block that starts on a line."""
    indent = _indent(source.line(start))
    last = start
    for number in range(start + 1, len(source.lines) + 1):
        line = source.line(number)
        if _DOCUMENT.match(line):
            break
        if not _content(line):
            continue
        deeper = _indent(line) > indent or _is_item_of_key(source.line(start), line, indent)
        if not (document or deeper):
            break
        last = number
    return last


def _is_item_of_key(first: str, line: str, indent: int) -> bool:
    """List items may stand as far to the left as the key they belong to."""
    return not first.lstrip().startswith("- ") and line.lstrip().startswith("- ") and _indent(line) == indent


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _content(line: str) -> bool:
    bare = line.strip()
    return bool(bare) and not bare.startswith("#") and not _DOCUMENT.match(line)
