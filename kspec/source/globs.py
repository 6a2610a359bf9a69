"""Patterns of file names, as `glob` reads them, over names that are only listed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import translate

_TOKEN = re.compile(r"\[!?\]?[^\]]*\]|.", re.DOTALL)


def pattern(parts: Iterable[str]) -> re.Pattern[str]:
    """The paths that a pattern means, part by part: `*` stays inside of a name, `**` is any number of folders."""
    text = "".join("(?:[^/]+/)*" if part == "**" else f"{_name(part)}/" for part in parts)
    return re.compile(text.removesuffix("/") or "[^/]+")


def _name(part: str) -> str:
    return "".join(_MEANT.get(token) or _literal(token) for token in _TOKEN.findall(part))


_MEANT = {"*": "[^/]*", "?": "[^/]"}


def _literal(token: str) -> str:
    """A set of characters as `fnmatch` has it, or the character itself."""
    return translate(token).removeprefix("(?s:").removesuffix(")\\Z") if len(token) > 2 else re.escape(token)
