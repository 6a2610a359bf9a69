"""Odd objects of every built-in kind, by its schema: most fields of their types, some values hostile, a few not."""

from __future__ import annotations

import json
import random
from typing import Any

from kspec.api.defaulting import default
from kspec.api.request import read_sent, validate
from kspec.api.schema import ListSchema, MapSchema, ObjectSchema, Scalar, ScalarSchema, load
from kspec.domain.kinds import kind_of
from kspec.domain.objects import Resource

SCHEMAS = load()
KINDS = sorted(k for k in SCHEMAS.kinds() if kind_of(*k) is not None)
WORDS = r"""
a web A_b a.b * / .. - a/b a/b/c 10.0.0.1 ::1 10.0.0.0/8 None 100m 1Gi -1 1e400 5% 101% % 0 99999999999999999999 {{}}
$(X) $$ 2020-01-01T00:00:00Z Always TCP RollingUpdate ClusterIP Exists In DoNotSchedule true string object array map set
^( (?P<a>b) self self.all(x,x>1) self.a==oldSelf.a [1,2].map(x, quantity('1').sign() 'a'.matches('(')
"""
TEXTS = (*WORDS.split(), "", "x" * 64, "* * * * *", "TZ=UTC 1 * * * *", "\N{GRINNING FACE}", "\x00", "\n", "a b")
NUMBERS = (0, 1, -1, 2, 80, 65535, 65536, 2**31 - 1, 2**31, 2**63 - 1, 2**63, -(2**63), 2**70, 0.5, -0.0, 1e308)
SMALL = (0, 1, -1, 2, 3, 80, 8080, 65535, 65536, 2**31 - 1, -(2**31))
DEEPEST = 8


def odd(seed: int) -> dict[str, Any]:
    """The object of a seed."""
    choose = random.Random(seed)
    version, kind = choose.choice(KINDS)
    schema = SCHEMAS.lookup(version, kind)
    assert schema is not None
    made = _object(schema, choose, 0)
    metadata = made.get("metadata")
    named = {**(metadata if isinstance(metadata, dict) else {}), "name": choose.choice(["web", "a.b", "x"])}
    named.pop("namespace", None)
    return {**made, "apiVersion": version, "kind": kind, "metadata": named}


def _object(schema: ObjectSchema, choose: random.Random, depth: int) -> dict[str, Any]:
    share = (0.9, 0.6, 0.5, 0.4, 0.3, 0.3, 0.2, 0.1, 0.0)[depth]
    names = [n for n in schema.fields if n in schema.required or choose.random() < share]
    if len(names) > 9:
        names = choose.sample(names, 9)
    made = {name: _value(schema.fields[name], choose, depth + 1) for name in names if name != "status"}
    return {**made, "madeUp": 1} if choose.random() < 0.005 else made


def _value(schema: Any, choose: random.Random, depth: int) -> Any:
    if choose.random() < 0.002:
        return choose.choice([None, True, *NUMBERS, *TEXTS, [], {}, [None], {"": None}, [[]], {"a": {"b": []}}])
    match schema:
        case ScalarSchema(type=Scalar.BOOLEAN):
            return choose.random() < 0.5
        case ScalarSchema(type=Scalar.INTEGER | Scalar.NUMBER):
            return choose.choice(NUMBERS if choose.random() < 0.01 else SMALL)
        case ScalarSchema(type=Scalar.TIME | Scalar.MICRO_TIME):
            return choose.choice(("2020-01-01T00:00:00Z", "2020-01-01T00:00:00.000001Z"))
        case ScalarSchema(type=Scalar.BYTES):
            return choose.choice(("", "YQ==", "/w=="))
        case ScalarSchema(type=Scalar.QUANTITY):
            return choose.choice(("1", "100m", "1Gi", "-1", "0", "1e30", 1, 0, -1, 0.5))
        case ScalarSchema(type=Scalar.INT_OR_STRING):
            return choose.choice([*SMALL, *TEXTS])
        case ScalarSchema():
            return choose.choice(TEXTS)
        case ListSchema(items=items) if depth < DEEPEST:
            return [_value(items, choose, depth + 1) for _ in range(choose.choice([0, 1, 1, 2, 3]))]
        case MapSchema(values=values) if depth < DEEPEST:
            return {choose.choice(TEXTS): _value(values, choose, depth + 1) for _ in range(choose.choice([0, 1, 2]))}
        case ObjectSchema() if depth < DEEPEST:
            return _object(schema, choose, depth)
        case ListSchema():
            return []
        case ObjectSchema() | MapSchema():
            return {}
        case _:
            return choose.choice([None, 1, "a", [1], {"a": 1}])


def examine(seed: int) -> bool:
    """Send the object of a seed to a server; says whether it was taken. Raises where something is wrong with that."""
    manifest = odd(seed)
    (answer,) = validate(read_sent("odd.json", json.dumps(manifest)))
    once = default(Resource(manifest))
    if answer.accepted:
        assert default(once).manifest == once.manifest, "defaults are filled in twice"
    else:
        assert answer.refusal is not None
        assert answer.refusal.message, "nothing is said"
    return answer.accepted
