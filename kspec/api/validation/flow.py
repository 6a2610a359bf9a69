"""FlowSchemas and PriorityLevelConfigurations.

Not judged here: that the server's own mandatory objects keep their fixed content, the entropy of shuffle sharding.

Upstream: pkg/apis/flowcontrol/validation/validation.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import SPEC, Cause, FieldPath, each, forbidden, invalid, not_supported, required
from kspec.api.equality import spec_of
from kspec.api.fields import flag, integer, maybe, number, obj, objects, text, texts
from kspec.api.validation.internal import internal
from kspec.api.validation.meta import check_meta, check_meta_update
from kspec.api.validation.names import dns_label, dns_subdomain
from kspec.api.words import words
from kspec.source.tree import Object

_VERBS = words("create delete deletecollection get list patch proxy update watch")
_SUBJECTS = {"Group": "group", "ServiceAccount": "serviceAccount", "User": "user"}
_ONLY_EXEMPT = "only the schema named 'exempt' may have matchingPrecedence 1"
_MAX_QUEUES = 10_000_000


_NAMESPACES = "each member of this list must be '*' or a DNS-1123 label"


def check_flow_schema(manifest: Object, old: Object | None) -> Iterator[Cause]:
    yield from check_meta(manifest, False, dns_subdomain) if old is None else check_meta_update(manifest, old)
    spec, at = spec_of(manifest), SPEC / "matchingPrecedence"
    precedence = integer(spec, "matchingPrecedence")
    if precedence <= 0:
        yield invalid(at, precedence, "must be a positive value")
    if precedence > 10_000:
        yield invalid(at, precedence, "must not be greater than 10000")
    if precedence == 1 and text(manifest, "metadata", "name") != "exempt":
        yield invalid(at, precedence, _ONLY_EXEMPT)
    method = maybe(spec, "distinguisherMethod")
    if method is not None and text(method, "type") not in ("ByNamespace", "ByUser"):
        shown = internal("flowcontrol.FlowDistinguisherMethod", method)
        yield not_supported(SPEC / "distinguisherMethod.type", shown, ("ByNamespace", "ByUser"))
    level, here = text(spec, "priorityLevelConfiguration", "name"), SPEC / "priorityLevelConfiguration" / "name"
    if not level:
        yield required(here, "must reference a priority level")
    else:
        yield from each(here, level, dns_subdomain(level))
    for i, rule in enumerate(objects(spec, "rules")):
        yield from _rule((SPEC / "rules").item(i), rule)


def _rule(at: FieldPath, rule: Object) -> Iterator[Cause]:
    subjects = objects(rule, "subjects")
    if not subjects:
        yield required(at / "subjects", "subjects must contain at least one value")
    for i, subject in enumerate(subjects):
        yield from _subject((at / "subjects").item(i), subject)
    resources, others = objects(rule, "resourceRules"), objects(rule, "nonResourceRules")
    if not resources and not others:
        yield required(at, "at least one of resourceRules and nonResourceRules has to be non-empty")
    for i, resource in enumerate(resources):
        yield from _resource_rule((at / "resourceRules").item(i), resource)
    for i, other in enumerate(others):
        yield from _url_rule((at / "nonResourceRules").item(i), other)


def _subject(at: FieldPath, subject: Object) -> Iterator[Cause]:
    kind = text(subject, "kind")
    if kind not in _SUBJECTS:
        yield not_supported(at / "kind", kind, tuple(_SUBJECTS))
        return
    field = _SUBJECTS[kind]
    given = maybe(subject, field)
    if given is None:
        yield required(at / field, f"{field} is required when subject kind is '{kind}'")
    elif kind == "ServiceAccount":
        yield from _account(at / field, given)
    elif not text(given, "name"):
        yield required(at / field / "name")
    for other in ("serviceAccount", "user", "group"):
        if other != field and maybe(subject, other) is not None:
            named = next(k for k, f in _SUBJECTS.items() if f == other)
            yield forbidden(at / other, f"{other} is forbidden when subject kind is not '{named}'")


def _account(at: FieldPath, account: Object) -> Iterator[Cause]:
    name, namespace = text(account, "name"), text(account, "namespace")
    if not name:
        yield required(at / "name")
    elif name != "*":
        yield from each(at / "name", name, dns_subdomain(name))
    if not namespace:
        yield required(at / "namespace", "must specify namespace for service account")
    else:
        yield from each(at / "namespace", namespace, dns_label(namespace))


def _alone(at: FieldPath, values: list[str], missing: str, what: str) -> Iterator[Cause]:
    if not values:
        yield required(at, missing)
    elif len(values) > 1 and "*" in values:
        yield invalid(at, list(values), f"if '*' is present, must not specify other {what}")


def _verbs(at: FieldPath, rule: Object) -> Iterator[Cause]:
    verbs = texts(rule, "verbs")
    yield from _alone(at / "verbs", verbs, "verbs must contain at least one value", "verbs")
    if verbs and "*" not in verbs and not set(verbs) <= set(_VERBS):
        yield not_supported(at / "verbs", list(verbs), _VERBS)


def _resource_rule(at: FieldPath, rule: Object) -> Iterator[Cause]:
    yield from _verbs(at, rule)
    supply = "resource rules must supply at least one"
    yield from _alone(at / "apiGroups", texts(rule, "apiGroups"), f"{supply} api group", "api groups")
    yield from _alone(at / "resources", texts(rule, "resources"), f"{supply} resource", "resources")
    namespaces, here = texts(rule, "namespaces"), at / "namespaces"
    if not namespaces and not flag(rule, "clusterScope"):
        yield required(here, "resource rules that are not cluster scoped must supply at least one namespace")
    elif "*" in namespaces:
        yield from _alone(here, namespaces, "", "namespaces")
    else:
        for i, namespace in enumerate(namespaces):
            wrong = (f"{_NAMESPACES}; {words}" for words in dns_label(namespace))
            yield from each(here.item(i), namespace, tuple(wrong))


def _url_rule(at: FieldPath, rule: Object) -> Iterator[Cause]:
    yield from _verbs(at, rule)
    urls, here = texts(rule, "nonResourceURLs"), at / "nonResourceURLs"
    yield from _alone(here, urls, "nonResourceURLs must contain at least one value", "non-resource URLs")
    for i, url in enumerate(urls if "*" not in urls else ()):
        wrong = _url_error(url)
        if wrong:
            yield invalid(here.item(i), url, wrong)


def _url_error(url: str) -> str | None:
    if not url:
        return "must not be empty"
    if url == "/":
        return None
    if not url.startswith("/"):
        return "must start with slash"
    if " " in url:
        return "must not contain white-space"
    if "//" in url:
        return "must not contain double slash"
    stars = url.count("*")
    return "wildcard can only do suffix matching" if stars > 1 or (stars and not url.endswith("/*")) else None


def check_priority_level(manifest: Object, old: Object | None) -> Iterator[Cause]:
    yield from check_meta(manifest, False, dns_subdomain) if old is None else check_meta_update(manifest, old)
    spec, kind = spec_of(manifest), text(spec_of(manifest), "type")
    limited, exempt = maybe(spec, "limited"), maybe(spec, "exempt")
    if (text(manifest, "metadata", "name") == "exempt") != (kind == "Exempt"):
        yield invalid(SPEC / "type", kind, "must be 'Exempt' if and only if `name` is 'exempt'")
    match kind:
        case "Exempt":
            if limited is not None:
                yield forbidden(SPEC / "limited", "must be nil if the type is not Limited")
            if exempt is not None:
                yield from _shares(SPEC / "exempt", exempt)
        case "Limited":
            if exempt is not None:
                yield forbidden(SPEC / "exempt", "must be nil if the type is Limited")
            if limited is None:
                yield required(SPEC / "limited", "must not be empty when type is Limited")
            else:
                yield from _limited(SPEC / "limited", limited)
        case _:
            yield not_supported(SPEC / "type", kind, ("Exempt", "Limited"))


def _shares(at: FieldPath, level: Object) -> Iterator[Cause]:
    shares, lendable = number(level, "nominalConcurrencyShares"), number(level, "lendablePercent")
    if shares is not None and shares < 0:
        yield invalid(at / "nominalConcurrencyShares", shares, "must be a non-negative integer")
    if lendable is not None and not 0 <= lendable <= 100:
        yield invalid(at / "lendablePercent", lendable, "must be between 0 and 100, inclusive")


def _limited(at: FieldPath, level: Object) -> Iterator[Cause]:
    shares, borrowing = number(level, "nominalConcurrencyShares"), number(level, "borrowingLimitPercent")
    if shares is not None and shares < 0:
        yield invalid(at / "nominalConcurrencyShares", shares, "must be a non-negative integer")
    response, here = obj(level, "limitResponse"), at / "limitResponse"
    queuing, kind = maybe(response, "queuing"), text(response, "type")
    if kind == "Reject" and queuing is not None:
        yield forbidden(here / "queuing", "must be nil if limited.limitResponse.type is not Limited")
    elif kind == "Queue" and queuing is None:
        yield required(here / "queuing", "must not be empty if limited.limitResponse.type is Limited")
    elif kind == "Queue" and queuing is not None:
        yield from _queuing(here / "queuing", queuing)
    elif kind not in ("Queue", "Reject"):
        yield not_supported(here / "type", kind, ("Queue", "Reject"))
    yield from _shares(at, {"lendablePercent": level.get("lendablePercent")})
    if borrowing is not None and borrowing < 0:
        yield invalid(at / "borrowingLimitPercent", borrowing, "if specified, must be a non-negative integer")


def _queuing(at: FieldPath, queuing: Object) -> Iterator[Cause]:
    length, queues, hand = (integer(queuing, n) for n in ("queueLengthLimit", "queues", "handSize"))
    if length <= 0:
        yield invalid(at / "queueLengthLimit", length, "must be positive")
    if queues <= 0:
        yield invalid(at / "queues", queues, "must be positive")
    elif queues > _MAX_QUEUES:
        yield invalid(at / "queues", queues, f"must not be greater than {_MAX_QUEUES}")
    if hand <= 0:
        yield invalid(at / "handSize", hand, "must be positive")
    elif hand > queues:
        yield invalid(at / "handSize", hand, f"should not be greater than queues ({queues})")
