"""CEL as policies are compiled: what is refused, and with which words."""

from __future__ import annotations

import pytest

from kspec.api.cel.compile import compile_error, environment

NAMES = environment(["limit"], params=False, authorizer=True)

GOOD = [
    "object.spec.replicas <= 5",
    "has(object.metadata.labels) && 'app' in object.metadata.labels",
    "object.spec.containers.all(c, c.image.startsWith('r/') || !has(c.securityContext))",
    "request.operation == 'CREATE' ? variables.limit > 1 : true",
    "authorizer.group('apps').resource('deployments').check('get').allowed()",
    "quantity(object.spec.size).isLessThan(quantity('1Gi')) && object.?spec[?'a'].orValue(1) == 1",
    "cel.bind(x, object.spec.n, x > 1 && x < -3)",
    "{'a': 1}.exists(k, k == 'a') // why not",
]
BAD = [
    ("object.spec.n <=", 17, "mismatched input '<EOF>' expecting {'['"),
    ("(object.n", 10, "missing ')' at '<EOF>'"),
    ("object.n > 1 2", 14, "extraneous input '2' expecting <EOF>"),
    ("object.n => 5", 10, "token recognition error at: '=>'"),
    ("obj.n > 1", 1, "undeclared reference to 'obj' (in container '')"),
    ("params.n > 1", 1, "undeclared reference to 'params' (in container '')"),
    ("variables.other", 10, "undefined field 'other'"),
    ("request.verb == 'x'", 8, "undefined field 'verb'"),
    ("nothing(1)", 8, "undeclared reference to 'nothing' (in container '')"),
    ("1 + 'a' == 2", 3, "found no matching overload for '_+_' applied to '(int, string)'"),
]


@pytest.mark.parametrize("source", GOOD)
def test_good_expressions_compile(source: str) -> None:
    assert compile_error(source, NAMES, ("bool",)) is None


@pytest.mark.parametrize(("source", "column", "words"), BAD)
def test_bad_expressions_are_shown_with_their_place(source: str, column: int, words: str) -> None:
    message = compile_error(source, NAMES, ("bool",)) or ""
    head, shown, arrow = message.split("\n")[:3]
    assert f"ERROR: <input>:1:{column}: " in head
    assert words in head
    assert (shown, arrow) == (f" | {source}", f" | {'.' * (column - 1)}^")


def test_an_expression_gives_what_is_asked_of_it() -> None:
    assert compile_error("'yes'", NAMES, ("bool",)) == "must evaluate to bool but got string"
    assert compile_error("1", NAMES, ("string", "null")) == "must evaluate to one of [string null_type] but got int"
