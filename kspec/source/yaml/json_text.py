"""JSON documents: kubectl reads a file that starts with `{` as a stream of them.

The values come from the standard library; the tree of offsets is read from the text when somebody asks.
"""

from __future__ import annotations

import json
import math
import re
from json.decoder import scanstring  # type: ignore[attr-defined]

from kspec.source.limits import MAX_DEPTH
from kspec.source.tree import Json
from kspec.source.yaml.events import TooMuch, YamlError
from kspec.source.yaml.nodes import Entry, ListNode, MappingNode, Node
from kspec.source.yaml.scalars import to_json

_SPACE = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(r"[-+.\w]+")
_LONGEST_INTEGER = 400
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Repeats:
    """Notes whether any object had a key twice; the last one wins."""

    def __init__(self) -> None:
        self.any = False

    def build(self, pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        value = dict(pairs)
        if len(value) != len(pairs):
            self.any = True
        return value


def read_json(text: str, position: int) -> tuple[Json, int, bool]:
    """The JSON value at `position`, where it ends, and whether some key in it comes twice. Raises `YamlError`."""
    repeats = _Repeats()
    decoder = json.JSONDecoder(
        object_pairs_hook=repeats.build, parse_float=_number, parse_int=_integer, parse_constant=_constant
    )
    try:
        value, until = decoder.raw_decode(text, position)
    except json.JSONDecodeError as error:
        raise YamlError(_words(error.msg), error.pos, f"json: {error.msg}") from error
    except RecursionError as error:
        raise _too_deep(position) from error
    except _NoNumber as error:
        raise YamlError(str(error), position, f"json: {error}") from error
    if _deeper_than(value, MAX_DEPTH):
        raise _too_deep(position)
    if _SURROGATE_ESCAPE.search(text, position, until):
        value = _characters(value)
    return value, until, repeats.any


def _whole(text: str) -> str:
    return _SURROGATE.sub("\ufffd", text)


def _characters(value: Json) -> Json:
    """The value with U+FFFD for every half of a surrogate pair, as Go's encoding/json reads one."""
    match value:
        case str():
            return _whole(value)
        case dict():
            return {_whole(name): _characters(part) for name, part in value.items()}
        case list():
            return [_characters(part) for part in value]
        case _:
            return value


def skip_space(text: str, position: int) -> int:
    """The offset of the first character at or after `position` that is no white space."""
    match = _SPACE.match(text, position)
    assert match is not None
    return match.end()


def read_json_nodes(text: str, position: int) -> Node:
    """The tree of offsets of the JSON value at `position`, which `read_json` could read."""
    return _scan(text, skip_space(text, position))


class _NoNumber(ValueError):
    """A number that JSON has not, or that does not fit."""


def _constant(name: str) -> Json:
    raise _NoNumber(f"{name} is not JSON")


def _number(text: str) -> Json:
    value = float(text)
    if math.isinf(value):
        raise _NoNumber("a number does not fit into 64 bits")
    return to_json(value)


def _integer(text: str) -> Json:
    if len(text) > _LONGEST_INTEGER:
        raise _NoNumber("a number does not fit into 64 bits")
    value = int(text)
    return value if -(2**63) <= value < 2**64 else _number(text)


def _words(message: str) -> str:
    return message[0].lower() + message[1:]


def _too_deep(position: int) -> TooMuch:
    problem = f"the document nests more than {MAX_DEPTH} levels deep"
    return TooMuch(problem, position, f"json: exceeded max depth of {MAX_DEPTH}")


def _deeper_than(value: Json, limit: int) -> bool:
    """Whether lists and mappings nest more than `limit` levels deep."""
    level: list[Json] = [value]
    for _ in range(limit):
        level = [
            part
            for container in level
            if isinstance(container, list | dict)
            for part in (container.values() if isinstance(container, dict) else container)
            if isinstance(part, list | dict)
        ]
        if not level:
            return False
    return True


def _scan(text: str, at: int) -> Node:
    match text[at]:
        case "{":
            return _object(text, at)
        case "[":
            return _array(text, at)
        case '"':
            return Node(at, _string_end(text, at))
        case _:
            match = _SCALAR.match(text, at)
            return Node(at, match.end() if match else at + 1)


def _object(text: str, at: int) -> MappingNode:
    node = MappingNode(at, at)
    position = skip_space(text, at + 1)
    while text[position] != "}":
        key, until = scanstring(text, position + 1)
        value = _scan(text, skip_space(text, skip_space(text, until) + 1))
        node.entries.append(Entry(_whole(key), (position, until), value))
        position = skip_space(text, value.end)
        if text[position] == ",":
            position = skip_space(text, position + 1)
    node.end = position + 1
    return node


def _array(text: str, at: int) -> ListNode:
    node = ListNode(at, at)
    position = skip_space(text, at + 1)
    while text[position] != "]":
        node.items.append(_scan(text, position))
        position = skip_space(text, node.items[-1].end)
        if text[position] == ",":
            position = skip_space(text, position + 1)
    node.end = position + 1
    return node


def _string_end(text: str, at: int) -> int:
    _, until = scanstring(text, at + 1)
    return int(until)
