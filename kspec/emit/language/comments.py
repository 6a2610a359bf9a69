"""Comments of YAML, carried over to the lines that say the same."""

from __future__ import annotations

from collections.abc import Iterable

from kspec.emit.language.part import Part
from kspec.source.tree import Path
from kspec.source.yaml.comments import Comment, Where


def attach(part: Part, comments: Iterable[Comment]) -> None:
    """Give every comment of an object to the part that says what it is about, or to what is nearest around it."""
    index: _Index | None = None
    for comment in comments:
        index = index or _Index(part)
        found = index.part(comment.path, last=comment.where is Where.BELOW)
        if comment.where is Where.BELOW:
            found.below.append(comment.text)
        elif comment.where is Where.BEHIND and found.inner is None and found.lines is None and not found.behind:
            found.behind = comment.text
        else:
            found.above += [comment.text, ""] if comment.gap else [comment.text]


class _Index:
    """The parts of an object by their paths; what has no part of its own, such as the template of a flat workload, has
    the first or the last of the outermost parts in it.
    """

    def __init__(self, whole: Part) -> None:
        self._own: dict[Path, Part] = {}
        self._inside: dict[Path, tuple[int, Part, Part]] = {}
        for part in whole.walk():
            self._own.setdefault(part.path, part)
            for size in range(1, len(part.path)):
                around, depth = part.path[:size], len(part.path)
                known = self._inside.get(around)
                if known is None or depth < known[0]:
                    self._inside[around] = depth, part, part
                elif depth == known[0]:
                    self._inside[around] = depth, known[1], part
        self._own[()] = whole

    def part(self, path: Path, *, last: bool) -> Part:
        """The part for a path; the whole, where there is none on the way to it."""
        while path not in self._own and path not in self._inside:
            path = path[:-1]
        if path in self._own:
            return self._own[path]
        _, first, final = self._inside[path]
        return final if last else first
