"""Comments of YAML, carried over to the lines that say the same."""

from __future__ import annotations

from collections.abc import Iterable

from kspec.emit.language.part import Part
from kspec.source.tree import Path
from kspec.source.yaml.comments import Comment, Where


def attach(part: Part, comments: Iterable[Comment]) -> None:
    """Give every comment of an object to the part that says what it is about, or to what is nearest around it."""
    parts: dict[Path, Part] = {}
    for inner in part.walk():
        parts.setdefault(inner.path, inner)
    parts[()] = part
    for comment in comments:
        below = comment.where is Where.BELOW
        path = comment.path
        while (found := parts.get(path) or _inside(parts, path, last=below)) is None:
            path = path[:-1]
        if below:
            found.below.append(comment.text)
        elif comment.where is Where.BEHIND and found.inner is None and found.lines is None and not found.behind:
            found.behind = comment.text
        else:
            found.above += [comment.text, ""] if comment.gap else [comment.text]


def _inside(parts: dict[Path, Part], path: Path, *, last: bool) -> Part | None:
    """The first or last part below a path that has none of its own, such as the template of a flat workload."""
    if not path:
        return None
    inside = [(len(at), part) for at, part in parts.items() if at[: len(path)] == path]
    outermost = [part for depth, part in inside if depth == min(depth for depth, _ in inside)]
    return outermost[-1 if last else 0] if outermost else None
