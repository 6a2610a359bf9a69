"""Names of properties as CEL can say them: `a-b` is `a__dash__b`, `in` is `__in__`.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/escaping.go (v1.36).
"""

from __future__ import annotations

import re

from kspec.api.words import words

_RESERVED = frozenset(
    words(
        "true false null in as break const continue else for function if import let loop package namespace return var"
        " void while"
    )
)
_ESCAPES = {"__": "__underscores__", ".": "__dot__", "-": "__dash__", "/": "__slash__"}
_UNESCAPES = {escape: character for character, escape in _ESCAPES.items()}
_ESCAPED = re.compile("|".join(_UNESCAPES))


def escaped(name: str) -> str | None:
    """The identifier that expressions use for a property; None for one that they cannot name."""
    if name in _RESERVED:
        return f"__{name}__"
    if not re.fullmatch(r"[A-Za-z_./-][A-Za-z0-9_./-]*", name):
        return None
    return re.sub(r"__|[-./]", lambda match: _ESCAPES[match.group()], name)


def unescaped(identifier: str) -> str:
    """The property that an identifier stands for."""
    word = identifier.removeprefix("__").removesuffix("__")
    if identifier == f"__{word}__" and word in _RESERVED:
        return word
    return _ESCAPED.sub(lambda match: _UNESCAPES[match.group()], identifier)
