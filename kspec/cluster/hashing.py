"""Hashes in the names of revisions: of a pod template, or of a ControllerRevision's data.

For ReplicaSets, upstream hashes Go's dump of the structs (pkg/util/hash, pkg/controller/controller_utils.go
`ComputeHash`), which nobody else can make; here JSON is hashed instead, in the same way and with the same letters.
A ControllerRevision's data is JSON upstream, too, so its hash is the real one (pkg/controller/history, v1.36).
"""

from __future__ import annotations

import json

from kspec.source.tree import Json

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_OFFSET, _PRIME, _WORD = 2166136261, 16777619, 2**32


def safe_hash(value: Json, collisions: int | None = None) -> str:
    """The FNV-1a hash in letters that form no words; `collisions` makes another one of the same value."""
    text = json.dumps(value, sort_keys=True) + ("" if collisions is None else str(collisions))
    number = _OFFSET
    for byte in text.encode():
        number = (number ^ byte) * _PRIME % _WORD
    return "".join(_LETTERS[int(digit) % len(_LETTERS)] for digit in str(number))


def data_hash(data: bytes, collisions: int) -> str:
    """The FNV-1 hash of a ControllerRevision's data, in letters that form no words."""
    number = _OFFSET
    for byte in data + str(collisions).encode():
        number = (number * _PRIME % _WORD) ^ byte
    return "".join(_LETTERS[ord(digit) % len(_LETTERS)] for digit in str(number))


def go_json(value: Json) -> bytes:
    """JSON as Go writes maps: sorted, without spaces, and with what is special in HTML escaped."""
    written = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for special in "<>&\u2028\u2029":
        written = written.replace(special, f"\\u{ord(special):04x}")
    return written.encode()
