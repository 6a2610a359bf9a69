"""Rules that could cost too much are refused with the definition, as the server estimates them."""

from __future__ import annotations

from typing import Any

import pytest

from kspec.api.cause import FieldPath
from kspec.api.cel.compile import parsed
from kspec.api.cel.cost import cost_of
from kspec.api.cel.extent import most
from kspec.api.schema.crd import read_schema
from kspec.api.validation.definition.openapi import check_schema

TEXT = {"type": "string"}
SHORT = {"type": "string", "maxLength": 10}
FIVE = {"type": "array", "maxItems": 5, "items": SHORT}
REQUEST = 3 * 1024 * 1024


def obj(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields}


@pytest.mark.parametrize(
    ("schema", "size"),
    [
        (TEXT, REQUEST - 2),
        (SHORT, 40),
        ({"type": "string", "enum": ["a", "abc"]}, 3),
        ({"type": "integer"}, 0),
        ({"type": "array", "items": TEXT}, (REQUEST - 2) // 3),
        ({"type": "array", "items": {"type": "integer"}}, (REQUEST - 2) // 2),
        ({"type": "object", "additionalProperties": TEXT}, (REQUEST - 2) // 8),
        (FIVE, 5),
    ],
)
def test_sizes_are_those_that_a_request_has_room_for(schema: dict[str, Any], size: int) -> None:
    assert most(read_schema(schema)) == size


@pytest.mark.parametrize(
    ("rule", "cost"),
    [
        ("true", 0),
        ("self.count > 1", 2),
        ("self.name == 'abc'", 3),
        ("self.name.startsWith('abc')", 3),
        ("self.name.contains('abc')", 2 + 4 * 1),
        ("self.name.matches('^[a-z]+$')", 2 + 5 * 2),
        ("has(self.name)", 0),
        ("has(self.name) && self.count > 1", 2),
        ("self.count > 1 ? self.name == 'abc' : true", 5),
        ("self.list.all(x, x == 'abc')", 2 + 1 + 5 * (3 + 2)),
        ("self.list.exists(x, x == 'abc')", 2 + 1 + 5 * (4 + 2)),
        ("self.list.exists_one(x, x == 'abc')", 2 + 2 + 5 * (2 + 2)),
        ("self.list.filter(x, x == 'abc') == []", None),
        ("'abc' in self.list", 2 + 5),
    ],
)
def test_costs_add_up_as_macros_expand(rule: str, cost: int | None) -> None:
    node = parsed(rule)
    assert not isinstance(node, tuple)
    found = cost_of(node, read_schema(obj(name=SHORT, count={"type": "integer"}, list=FIVE)))
    assert cost is None or found == cost


ARRAY, MAP = {"type": "array", "items": {"type": "number"}}, {"type": "object", "additionalProperties": TEXT}


@pytest.mark.parametrize(
    ("schema", "rule", "cost"),
    [
        (ARRAY, "self.all(x, true)", 4_718_591),
        ({**ARRAY, "maxItems": 10}, "self.all(x, true)", 32),
        ({**ARRAY, "maxItems": 10}, "self.all(x, self.all(y, true))", 352),
        ({**ARRAY, "maxItems": 10}, "self.all(x, self.all(y, self.all(z, true)))", 3552),
        ({"type": "array", "items": ARRAY}, "self.all(x, true)", 3_145_727),
        (MAP, "self.all(x, true)", 1_179_647),
        (MAP, "has(self.x)", 0),
        (TEXT, "self.contains('test')", 314_574),
        (TEXT, "self.startsWith('test')", 2),
        (TEXT, "size(self + 'hello') > size('hello')", 314_578),
        (TEXT, "self.find('[0-9]+') == ''", 629_147),
        (ARRAY, "self[1] == 0.0", 2),
        ({"type": "array", "items": TEXT}, "self[1] == self[1]", 314_577),
        ({"type": "array", "items": {"type": "string", "format": "duration"}}, "self.all(x, true)", 2_359_295),
        ({"type": "array", "items": {"type": "string", "format": "date"}}, "self.all(x, true)", 725_936),
        ({"type": "array", "items": {"type": "string", "format": "date-time"}}, "self.all(x, true)", 428_963),
        (
            {"type": "object", "additionalProperties": {"x-kubernetes-int-or-string": True}},
            "self.all(x, true)",
            1_348_169,
        ),
    ],
)
def test_costs_are_those_of_upstreams_own_tests(schema: dict[str, Any], rule: str, cost: int) -> None:
    node = parsed(rule)
    assert not isinstance(node, tuple)
    assert cost_of(node, read_schema(schema)) == cost


def refused(schema: dict[str, Any]) -> list[str]:
    return [str(c) for c in check_schema(FieldPath(), {"schema": {"openAPIV3Schema": schema}}, False)]


UNIQUE = [{"rule": "self.all(x, self.exists_one(y, x == y))"}]
EXCEEDS = "x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x"


def test_a_quadratic_rule_over_an_unbounded_list_is_refused() -> None:
    lists = {"type": "array", "items": TEXT, "x-kubernetes-validations": UNIQUE}
    rule, shared, all_of = refused(obj(spec=obj(names=lists)))
    assert rule == f"openAPIV3Schema.properties[spec].properties[names].{EXCEEDS}"
    assert shared.endswith("exceeding cost limit for entire OpenAPIv3 schema")
    assert all_of.startswith(
        "openAPIV3Schema: Forbidden: x-kubernetes-validations estimated rule & messageExpression cost"
    )


def test_the_same_rule_over_a_bounded_list_is_fine() -> None:
    assert refused(obj(names={**FIVE, "x-kubernetes-validations": UNIQUE})) == []


@pytest.mark.parametrize(("items", "found"), [(100, 0), (None, 1)])
def test_a_rule_inside_a_list_counts_for_each_item(items: int | None, found: int) -> None:
    item = {"type": "string", "maxLength": 1000, "x-kubernetes-validations": [{"rule": "self.matches('^[a-z]{1,9}$')"}]}
    lists = {"type": "array", "items": item, **({"maxItems": items} if items else {})}
    assert len([c for c in refused(obj(names=lists)) if "estimated rule cost exceeds" in c]) == found
