"""Which requests a webhook or a policy is asked about.

Upstream: pkg/apis/admissionregistration/validation/validation.go, validateRuleWithOperations, validateMatchResources,
validateMatchConditions (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import Cause, FieldPath, duplicate, each, invalid, not_supported, required, too_many
from kspec.api.cel.compile import compile_error, environment
from kspec.api.fields import maybe, maybe_text, objects, text, texts
from kspec.api.validation.names import path_segment, qualified_name
from kspec.api.validation.selectors import check_label_selector
from kspec.source.tree import Object

OPERATIONS = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
SCOPES = ("*", "Cluster", "Namespaced")
FAILURE_POLICIES = ("Fail", "Ignore")
MATCH_POLICIES = ("Equivalent", "Exact")
_MAX_CONDITIONS = 64


def check_rule(at: FieldPath, rule: Object) -> Iterator[Cause]:
    operations = texts(rule, "operations")
    if not operations:
        yield required(at / "operations")
    yield from _alone(at / "operations", operations, "operations")
    for i, operation in enumerate(operations):
        if operation not in OPERATIONS:
            yield not_supported((at / "operations").item(i), operation, OPERATIONS)
    for name, what in (("apiGroups", "API groups"), ("apiVersions", "API versions")):
        values = texts(rule, name)
        if not values:
            yield required(at / name)
        yield from _alone(at / name, values, what)
        if name == "apiVersions":
            for i, value in enumerate(values):
                if not value:
                    yield required((at / name).item(i))
    yield from _resources(at / "resources", texts(rule, "resources"))
    scope = maybe_text(rule, "scope")
    if scope is not None and scope not in SCOPES:
        yield not_supported(at / "scope", scope, SCOPES)


def _alone(at: FieldPath, values: list[str], what: str) -> Iterator[Cause]:
    if len(values) > 1 and "*" in values:
        yield invalid(at, list(values), f"if '*' is present, must not specify other {what}")


def _resources(at: FieldPath, resources: list[str]) -> Iterator[Cause]:
    if not resources:
        yield required(at)
    wild_subresources: set[str] = set()
    wild_resources: set[str] = set()
    without = False
    for i, resource in enumerate(resources):
        if not resource:
            yield required(at.item(i))
            continue
        main, slash, sub = resource.partition("/")
        if not slash:
            without = resource != "*"
            continue
        if main in wild_subresources:
            yield invalid(at.item(i), resource, f"if '{main}/*' is present, must not specify {resource}")
        if sub in wild_resources:
            yield invalid(at.item(i), resource, f"if '*/{sub}' is present, must not specify {resource}")
        if sub == "*":
            wild_subresources.add(main)
        if main == "*":
            wild_resources.add(sub)
    if len(resources) > 1 and "*/*" in resources:
        yield invalid(at, list(resources), "if '*/*' is present, must not specify other resources")
    if "*" in resources and without:
        words = "if '*' is present, must not specify other resources without subresources"
        yield invalid(at, list(resources), words)


def check_match_resources(at: FieldPath, matched: Object) -> Iterator[Cause]:
    """The objects a policy is about."""
    policy = maybe_text(matched, "matchPolicy")
    if policy is None:
        yield required(at / "matchPolicy")
    elif policy not in MATCH_POLICIES:
        yield not_supported(at / "matchPolicy", policy, MATCH_POLICIES)
    for name in ("namespaceSelector", "objectSelector"):
        selector = maybe(matched, name)
        if selector is None:
            yield required(at / name)
        else:
            yield from check_label_selector(at / name, selector)
    for name in ("resourceRules", "excludeResourceRules"):
        for i, rule in enumerate(objects(matched, name)):
            yield from _named_rule((at / name).item(i), rule)


def _named_rule(at: FieldPath, rule: Object) -> Iterator[Cause]:
    names = texts(rule, "resourceNames")
    for i, name in enumerate(names):
        here = (at / "resourceNames").item(i)
        yield from each(here, name, path_segment(name))
        if name in names[:i]:
            yield duplicate(here, name)
    yield from check_rule(at, rule)


def check_match_conditions(at: FieldPath, conditions: list[Object], *, params: bool) -> Iterator[Cause]:
    if len(conditions) > _MAX_CONDITIONS:
        yield too_many(at, len(conditions), _MAX_CONDITIONS)
    seen: set[str] = set()
    for i, condition in enumerate(conditions):
        here, name, expression = at.item(i), text(condition, "name"), text(condition, "expression").strip()
        if not expression:
            yield required(here / "expression")
        else:
            names = environment(None, params=params, authorizer=True)
            wrong = compile_error(expression, names, ("bool",))
            if wrong:
                yield invalid(here / "expression", expression, wrong)
        if not name:
            yield required(here / "name")
            continue
        yield from each(here / "name", name, qualified_name(name))
        if name in seen:
            yield duplicate(here / "name", name)
        seen.add(name)
