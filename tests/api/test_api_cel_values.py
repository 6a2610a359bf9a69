"""CEL evaluated: operators, macros and the libraries that Kubernetes offers."""

from __future__ import annotations

import pytest

from kspec.api.cel.compile import parsed
from kspec.api.cel.evaluate import evaluate
from kspec.api.cel.values import CelError, OutOfBudget, Value

TRUE = [
    "1 + 2 * 3 == 7 && -7 / 2 == -3 && -7 % 2 == -1 && 7u / 2u == 3u",
    "1 == 1.0 && 2 > 1.5 && !(1 == '1') && [1, 2] == [1.0, 2.0] && {'a': 1} == {'a': 1}",
    "'a' + 'b' == 'ab' && [1] + [2] == [1, 2] && b'a' + b'b' == b'ab'",
    "false && 1 / 0 == 1 ? false : true",
    "1 / 0 == 1 || true",
    "[0, 1].exists(x, 1 / x == 1)",
    "has({'a': 1}.a) && !has({'a': 1}.b)",
    "[1, 2, 3].map(x, x > 1, x * 2) == [4, 6] && [1, 2, 3].filter(x, x > 1).size() == 2",
    "[1, 2, 2].exists_one(x, x == 1) && !{'a': 1, 'b': 2}.all(k, k == 'a')",
    "{'a': 1}.all(k, v, v == 1) && [5].transformList(i, v, i + v) == [5]",
    "{'a': 1}.transformMap(k, v, v + 1) == {'a': 2} && {'a': 1}.transformMapEntry(k, v, {v: k}) == {1: 'a'}",
    "cel.bind(x, 5, x + x) == 10",
    "{'a': 1}.?b.orValue(3) == 3 && {'a': 1}[?'a'].value() == 1 && [?optional.none(), 2] == [2]",
    "optional.of(1).optMap(x, x + 1).value() == 2 && optional.ofNonZeroValue(0) == optional.none()",
    "'héllo'.size() == 5 && size(b'\\xff') == 1 && 'abc'.charAt(1) == 'b' && 'abc'.substring(1) == 'bc'",
    "'a,b'.split(',') == ['a', 'b'] && ['a', 'b'].join('-') == 'a-b' && ' x '.trim() == 'x'",
    "'abca'.replace('a', 'x', 1) == 'xbca' && 'aBc'.lowerAscii() == 'abc' && 'abab'.lastIndexOf('ab') == 2",
    "'%s is %d, %.2f, %x'.format(['n', 3, 1.5, 255]) == 'n is 3, 1.50, ff' && strings.quote('a\"') == '\"a\\\\\"\"'",
    "'v1.2'.matches('^v[0-9]') && 'a1b22'.findAll('[0-9]+') == ['1', '22'] && 'abc'.find('x') == ''",
    "[1, 2, 3].sum() == 6 && [2, 1].min() == 1 && ['b', 'a'].max() == 'b' && [1, 2].isSorted() && [1].indexOf(1) == 0",
    "[3, 1, 2].sort() == [1, 2, 3] && [1, 2, 3].slice(1, 2) == [2] && [[1], [2]].flatten() == [1, 2]",
    "[1, 1, 2].distinct() == [1, 2] && lists.range(3) == [0, 1, 2] && [1, 2].reverse() == [2, 1]",
    "['bb', 'a'].sortBy(x, x.size()) == ['a', 'bb']",
    "sets.contains([1, 2], [2]) && sets.equivalent([1, 1], [1]) && !sets.intersects([1], [2])",
    "quantity('1Gi').isGreaterThan(quantity('500Mi')) && quantity('1k').add(1).asInteger() == 1001",
    "isQuantity('1.5Gi') && !isQuantity('1Q') && quantity('500m').compareTo(quantity('1')) == -1",
    "ip('10.0.0.1').family() == 4 && ip('::1').isLoopback() && !isIP('10.0.0.256') && ip.isCanonical('10.0.0.1')",
    "cidr('10.0.0.0/8').containsIP('10.1.2.3') && cidr('10.0.0.0/8').containsCIDR(cidr('10.1.0.0/16'))",
    "string(cidr('10.1.2.3/8').masked()) == '10.0.0.0/8' && !isCIDR('10.0.0.0') && cidr('::/0').prefixLength() == 0",
    "url('https://u@h:80/a b?x=1&x=2'.replace(' ', '%20')).getQuery() == {'x': ['1', '2']}",
    "url('https://h:80/a').getHost() == 'h:80' && url('https://[::1]:80/').getHostname() == '::1' && !isURL('x')",
    "semver('1.2.3').isLessThan(semver('1.10.0')) && semver('1.0.0-rc.1').isLessThan(semver('1.0.0'))",
    "isSemver('v1.2', true) && !isSemver('v1.2') && semver('1.2.3').minor() == 2",
    "!format.dns1123Label().validate('web').hasValue() && format.named('dns1123Label').hasValue()",
    "timestamp('2024-02-29T12:30:00+02:00').getHours() == 10 && duration('1h30m').getMinutes() == 90",
    "timestamp('2024-01-01T00:00:00Z') + duration('24h') == timestamp('2024-01-02T00:00:00Z')",
    "string(duration('1500ms')) == '1.5s' && string(1.5) == '1.5' && int('-3') == -3 && double('1e2') == 100.0",
    "type(1) == int && type('') == string && type([]) == list && type(null) == null_type",
    "'\\u00e9\\x41' == 'éA' && r'\\n'.size() == 2 && '''a\"'b'''.size() == 4",
]
FAIL = [
    ("1 / 0", "division by zero"),
    ("1 % 0", "modulus by zero"),
    ("9223372036854775807 + 1", "integer overflow"),
    ("{'a': 1}.b", "no such key: b"),
    ("[1][3]", "index out of bounds: 3"),
    ("dyn(1) + dyn('a')", "no such overload"),
    ("[1, 'a'].all(x, x > 0)", "no such overload"),
    ("optional.none().value()", "optional.none() dereference"),
    ("'abc'.substring(5)", "index out of range: 5"),
    ("quantity('x')", "quantities must match"),
    ("{'a': 1, 'a': 2}", "Failed with repeated key: a"),
]


def value(source: str) -> Value:
    node = parsed(source)
    assert not isinstance(node, tuple), node
    return evaluate(node, {})[0]


@pytest.mark.parametrize("source", TRUE)
def test_what_is_true(source: str) -> None:
    assert value(source) is True


@pytest.mark.parametrize(("source", "why"), FAIL)
def test_what_has_no_value(source: str, why: str) -> None:
    with pytest.raises(CelError, match=f"^{why.replace('(', chr(92) + '(').replace(')', chr(92) + ')')}"):
        value(source)


def test_steps_are_bounded() -> None:
    node = parsed("lists.range(2000).all(x, lists.range(2000).all(y, x + y >= 0))")
    assert not isinstance(node, tuple)
    with pytest.raises(OutOfBudget):
        evaluate(node, {}, 10_000)
