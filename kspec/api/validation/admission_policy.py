"""ValidatingAdmissionPolicies and their bindings.

Upstream: pkg/apis/admissionregistration/validation/validation.go (v1.36).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kspec.api.cause import SPEC, Cause, FieldPath, duplicate, each, forbidden, invalid, not_supported, required
from kspec.api.cel.compile import compile_error, environment
from kspec.api.fields import maybe, maybe_text, objects, text, texts
from kspec.api.validation.internal import internal_list
from kspec.api.validation.matching import FAILURE_POLICIES, check_match_conditions, check_match_resources
from kspec.api.validation.meta import check_plain_meta
from kspec.api.validation.names import dns1035_label, dns_subdomain, path_segment, qualified_name
from kspec.api.validation.selectors import check_label_selector
from kspec.api.words import words
from kspec.source.tree import Object

_REASONS = ("Forbidden", "Invalid", "RequestEntityTooLarge")
_ACTIONS = ("Audit", "Deny", "Warn")
_EITHER = "validations or auditAnnotations must contain at least one item"
_MAX_ANNOTATIONS, _MAX_EXPRESSION = 20, 5 * 1024
_IDENTIFIER = re.compile(r"[_a-zA-Z][_a-zA-Z0-9]*")
_RESERVED = frozenset(
    words(
        "true false null in as break const continue else for function if import let loop package namespace"
        " return var void while"
    )
)


def check_admission_policy(manifest: Object, old: Object | None) -> Iterator[Cause]:
    yield from check_plain_meta(manifest, False)
    spec = manifest.get("spec")
    spec = spec if isinstance(spec, dict) else {}
    policy = maybe_text(spec, "failurePolicy")
    if policy is None:
        yield required(SPEC / "failurePolicy")
    elif policy not in FAILURE_POLICIES:
        yield not_supported(SPEC / "failurePolicy", policy, FAILURE_POLICIES)
    param_kind = maybe(spec, "paramKind")
    if param_kind is not None:
        yield from _param_kind(SPEC / "paramKind", param_kind)
    matched = maybe(spec, "matchConstraints")
    if matched is None:
        yield required(SPEC / "matchConstraints")
    else:
        yield from check_match_resources(SPEC / "matchConstraints", matched)
        if not objects(matched, "resourceRules"):
            yield required(SPEC / "matchConstraints" / "resourceRules")
    params = param_kind is not None
    yield from check_match_conditions(SPEC / "matchConditions", objects(spec, "matchConditions"), params=params)
    variables = objects(spec, "variables")
    for i, variable in enumerate(variables):
        before = [text(v, "name") for v in variables[:i]]
        yield from _variable((SPEC / "variables").item(i), variable, before, params)
    names = [text(v, "name") for v in variables] if variables else None
    validations, annotations = objects(spec, "validations"), objects(spec, "auditAnnotations")
    if not validations and not annotations:
        yield required(SPEC / "validations", _EITHER)
        yield required(SPEC / "auditAnnotations", _EITHER)
        return
    for i, validation in enumerate(validations):
        yield from _validation((SPEC / "validations").item(i), validation, names, params)
    if len(annotations) > _MAX_ANNOTATIONS:
        words = f"must not have more than {_MAX_ANNOTATIONS} auditAnnotations"
        shown = internal_list("admissionregistration.AuditAnnotation", annotations)
        yield invalid(SPEC / "auditAnnotations", shown, words)
    for i, annotation in enumerate(annotations):
        here = (SPEC / "auditAnnotations").item(i)
        yield from _annotation(here, annotation, text(manifest, "metadata", "name"), names, params)
        key = text(annotation, "key")
        if key in [text(a, "key") for a in annotations[:i]]:
            yield duplicate(here / "key", key)


def _param_kind(at: FieldPath, kind: Object) -> Iterator[Cause]:
    version, name = text(kind, "apiVersion"), text(kind, "kind")
    if not version:
        yield required(at / "apiVersion")
    elif version.count("/") > 1:
        yield invalid(at / "apiVersion", version, f"unexpected GroupVersion string: {version}")
    else:
        group, _, short = version.rpartition("/")
        if group:
            wrong = dns_subdomain(group)
            if wrong:
                yield invalid(at / "apiVersion", group, ",".join(wrong))
        if not short:
            yield invalid(at / "apiVersion", version, "version must be specified")
        elif dns1035_label(short):
            yield invalid(at / "apiVersion", short, ",".join(dns1035_label(short)))
    if not name:
        yield required(at / "kind")
    elif dns1035_label(name.lower()):
        words = ",".join(dns1035_label(name.lower()))
        yield invalid(at / "kind", name, f"may have mixed case, but should otherwise match: {words}")


def _variable(at: FieldPath, variable: Object, before: list[str], params: bool) -> Iterator[Cause]:
    name, expression = text(variable, "name"), text(variable, "expression")
    if not name.strip():
        yield required(at / "name", "name is not specified")
    elif not _IDENTIFIER.fullmatch(name) or name in _RESERVED:
        yield invalid(at / "name", name, "must be a valid CEL identifier")
    if not expression.strip():
        yield required(at / "expression", "expression is not specified")
        return
    wrong = compile_error(expression, environment(before, params=params, authorizer=True), ())
    if wrong:
        yield invalid(at / "expression", expression, wrong)


def _validation(at: FieldPath, validation: Object, variables: list[str] | None, params: bool) -> Iterator[Cause]:
    expression, shown, message = (text(validation, n) for n in ("expression", "messageExpression", "message"))
    if not expression.strip():
        yield required(at / "expression", "expression is not specified")
    else:
        wrong = compile_error(expression, environment(variables, params=params, authorizer=True), ("bool",))
        if wrong:
            yield invalid(at / "expression", expression, wrong)
    if shown and not shown.strip():
        yield invalid(at / "messageExpression", shown, "must be non-empty if specified")
    elif shown:
        wrong = compile_error(shown, environment(variables, params=params, authorizer=False), ("string",))
        if wrong:
            yield invalid(at / "messageExpression", shown, wrong)
    if message and not message.strip():
        yield invalid(at / "message", message, "message must be non-empty if specified")
    elif re.search(r"[\n\r]", message.strip()):
        yield invalid(at / "message", message, "message must not contain line breaks")
    reason = maybe_text(validation, "reason")
    if reason is not None and reason not in _REASONS:
        yield not_supported(at / "reason", reason, _REASONS)


def _annotation(
    at: FieldPath, annotation: Object, policy: str, variables: list[str] | None, params: bool
) -> Iterator[Cause]:
    key, expression = text(annotation, "key"), text(annotation, "valueExpression")
    if policy:
        full = f"{policy}/{key}"
        yield from each(at / "key", full, qualified_name(full))
    else:
        yield invalid(at / "key", key, "requires metadata.name be non-empty")
    here, trimmed = at / "valueExpression", expression.strip()
    if not trimmed:
        yield required(here, "valueExpression is not specified")
    elif len(trimmed.encode()) > _MAX_EXPRESSION:
        yield required(here, f"must not exceed {_MAX_EXPRESSION} bytes in length")
    else:
        names = environment(variables, params=params, authorizer=True)
        wrong = compile_error(trimmed, names, ("string", "null"))
        if wrong:
            yield invalid(here, expression, wrong)


def check_policy_binding(manifest: Object, old: Object | None) -> Iterator[Cause]:
    yield from check_plain_meta(manifest, False)
    spec = manifest.get("spec")
    spec = spec if isinstance(spec, dict) else {}
    policy = text(spec, "policyName")
    yield from each(SPEC / "policyName", policy, dns_subdomain(policy)) if policy else [required(SPEC / "policyName")]
    reference, matched = maybe(spec, "paramRef"), maybe(spec, "matchResources")
    if reference is not None:
        yield from _param_ref(SPEC / "paramRef", reference)
    if matched is not None:
        yield from check_match_resources(SPEC / "matchResources", matched)
    yield from _actions(SPEC / "validationActions", texts(spec, "validationActions"))


def _param_ref(at: FieldPath, reference: Object) -> Iterator[Cause]:
    name, selector, exclusive = (
        text(reference, "name"),
        maybe(reference, "selector"),
        "name and selector are mutually exclusive",
    )
    if name:
        yield from each(at / "name", name, path_segment(name))
        if selector is not None:
            yield forbidden(at / "name", exclusive)
    if selector is not None:
        yield from check_label_selector(at / "selector", selector)
        if name:
            yield forbidden(at / "selector", exclusive)
    if not name and selector is None:
        yield required(at, "one of name or selector must be specified")
    action = text(reference, "parameterNotFoundAction")
    if not action:
        yield required(at / "parameterNotFoundAction")
    elif action not in ("Deny", "Allow"):
        yield not_supported(at / "parameterNotFoundAction", action, ("Deny", "Allow"))


def _actions(at: FieldPath, actions: list[str]) -> Iterator[Cause]:
    for i, action in enumerate(actions):
        if action not in _ACTIONS:
            yield not_supported(at.item(i), action, _ACTIONS)
        if action in actions[:i]:
            yield duplicate(at.item(i), action)
    if {"Deny", "Warn"} <= set(actions):
        words = "repeating the same validation failure information in the API response and headers serves no purpose"
        yield invalid(at, list(actions), f"must not contain both Deny and Warn ({words})")
    if not actions:
        yield required(at, "at least one validation action is required")
