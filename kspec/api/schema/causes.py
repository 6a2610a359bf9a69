"""Problems of a custom resource in the API server's words.

Custom resources are validated by kube-openapi, whose messages name the field again: `spec.size in body should be ...`.
Upstream: k8s.io/apiextensions-apiserver `pkg/apiserver/validation/validation.go` (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kspec.api.cause import Cause, FieldPath, Reason, invalid, not_supported, quoted, required, too_long, too_many
from kspec.api.schema.problems import Breach, Keyword, Problem, ProblemKind, Stage
from kspec.source.tree import Json

_SENTENCES = {
    Keyword.PATTERN: "should match '{}'",
    Keyword.MINIMUM: "should be greater than or equal to {}",
    Keyword.MAXIMUM: "should be less than or equal to {}",
    Keyword.EXCLUSIVE_MINIMUM: "should be greater than {}",
    Keyword.EXCLUSIVE_MAXIMUM: "should be less than {}",
    Keyword.MULTIPLE_OF: "should be a multiple of {}",
    Keyword.MIN_LENGTH: "should be at least {} chars long",
    Keyword.MIN_ITEMS: "should have at least {} items",
    Keyword.MIN_PROPERTIES: "should have at least {} properties",
    Keyword.UNIQUE_ITEMS: "shouldn't contain duplicates",
}
_COMBINATIONS = {
    Keyword.ALL_OF: "must validate all the schemas (allOf)",
    Keyword.ANY_OF: "must validate at least one schema (anyOf)",
    Keyword.ONE_OF: "must validate one and only one schema (oneOf)",
    Keyword.NOT: "must not validate the schema (not)",
}


def causes(problems: Iterable[Problem]) -> Iterator[Cause]:
    """The causes with which the API server refuses a custom resource that has these problems."""
    for problem in problems:
        if problem.stage is not Stage.VALIDATE:
            continue
        at = FieldPath(problem.field, problem.path)
        if problem.kind is ProblemKind.MISSING:
            yield required(at)
        elif problem.breach is not None:
            yield _cause(at, problem.value, problem.breach)


def _cause(at: FieldPath, value: Json, breach: Breach) -> Cause:
    bound = breach.bound
    match breach.keyword:
        case Keyword.TYPE:
            found = quoted(_type(value))
            message = f"Invalid value: {found}: {at} in body must be of type {bound}: {found}"
            return Cause(at.text, Reason.TYPE_INVALID, message, at.parts)
        case Keyword.FORMAT:
            name, shown = str(bound).replace("-", ""), quoted(str(value))
            message = f"Invalid value: {shown}: {at} in body must be of type {name}: {shown}"
            return Cause(at.text, Reason.TYPE_INVALID, message, at.parts)
        case Keyword.ENUM:
            allowed = bound if isinstance(bound, list) else []
            return not_supported(at, value, [str(a) for a in allowed])
        case Keyword.MAX_LENGTH if isinstance(bound, int):
            return too_long(at, bound)
        case Keyword.MAX_ITEMS | Keyword.MAX_PROPERTIES if isinstance(bound, int) and isinstance(value, list | dict):
            return too_many(at, len(value), bound)
        case keyword if keyword in _COMBINATIONS:
            nothing = ". Found none valid" if keyword is Keyword.ONE_OF and not bound else ""
            return invalid(at, "", f"{quoted(at.text)} {_COMBINATIONS[keyword]}{nothing}")
        case keyword:
            return invalid(at, value, f"{at} in body {_SENTENCES[keyword].format(bound)}")


def _type(value: Json) -> str:
    """A value's type in OpenAPI's words."""
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case dict():
            return "object"
        case _:
            return "null"
