"""The rules of `x-kubernetes-validations`, run over a custom resource.

Rules about what was before (`oldSelf`) run where there is something to compare with: items of lists are found by their
keys, parts of maps and objects by theirs, items of other lists not at all. A value that has not changed may go on
breaking a rule that looks at nothing else: that is a warning.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from kspec.api.cause import Cause, FieldPath, Reason, duplicate, forbidden, invalid, invalid_unsaid, required
from kspec.api.cel.compile import parsed
from kspec.api.cel.evaluate import PER_CALL, evaluate
from kspec.api.cel.paths import field_path
from kspec.api.cel.schema import to_value
from kspec.api.cel.syntax import Name, Node, children
from kspec.api.cel.values import CelError, Maybe, OutOfBudget, Value
from kspec.api.schema.types import CelRule, ListSchema, ListType, MapSchema, ObjectSchema, Scalar, ScalarSchema, Schema
from kspec.source.tree import Json, Object

BUDGET = 10_000_000
"""Steps of all rules of one object together: upstream's RuntimeCELCostBudget."""
_LONGEST_MESSAGE = 5 * 1024
_NO_BUDGET = "validation failed due to running out of cost budget, no further validation rules will be run"
_UNCALLABLE = "call arguments did not match a supported operator, function or macro signature for rule"


@dataclass
class Verdict:
    """What the rules say of an object."""

    causes: list[Cause] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class _Exhausted(Exception):
    """No further rules are run."""


@dataclass
class RuleRun:
    """One run over an object; `old` is what it replaces, None where it is created."""

    verdict: Verdict = field(default_factory=Verdict)
    budget: int = BUDGET

    def over(self, schema: Schema, value: Json, old: Json, at: FieldPath) -> Verdict:
        with suppress(_Exhausted):
            self._visit(schema, value, old, at)
        return self.verdict

    def _visit(self, schema: Schema, value: Json, old: Json, at: FieldPath) -> None:
        if value is None or not has_rules(schema):
            return
        if schema.rules:
            self._rules(schema, value, old, at)
        if schema.logic is not None:
            for part in schema.logic.all_of:
                self._visit(part, value, old, at)
        match schema:
            case ObjectSchema() if isinstance(value, dict):
                before = old if isinstance(old, dict) else {}
                for name in sorted(value):
                    if name in schema.fields:
                        self._visit(schema.fields[name], value[name], before.get(name), at / name)
            case MapSchema() if isinstance(value, dict):
                before = old if isinstance(old, dict) else {}
                for key in sorted(value):
                    self._visit(schema.values, value[key], before.get(key), at.key(key))
            case ListSchema() if isinstance(value, list):
                found = _correlated(schema, old)
                for i, item in enumerate(value):
                    self._visit(schema.items, item, found.get(_identity(schema, item)), at.item(i))

    def _rules(self, schema: Schema, value: Json, old: Json, at: FieldPath) -> None:
        own = to_value(value, schema)
        before = None if old is None else to_value(old, schema)
        for rule in schema.rules:
            node = parsed(rule.rule)
            if isinstance(node, tuple):
                continue  # the definition is refused for it
            transition = mentions(node, "oldSelf")
            if transition and before is None and not rule.optional_old_self:
                continue
            names: dict[str, Value] = {"self": own}
            if rule.optional_old_self:
                names["oldSelf"] = Maybe() if before is None else Maybe(before, True)
            elif before is not None:
                names["oldSelf"] = before
            cause = self._judged(schema, rule, node, names, at, value)
            if cause is None:
                continue
            if not transition and old is not None and value == old:
                self.verdict.warnings.append(str(cause))
            else:
                self.verdict.causes.append(cause)

    def _judged(
        self, schema: Schema, rule: CelRule, node: Node, names: dict[str, Value], at: FieldPath, value: Json
    ) -> Cause | None:
        shown = _type(schema)
        try:
            found = self._evaluated(node, names)
        except CelError as error:
            if str(error).startswith("no such overload"):
                return invalid(at, shown, f"'{error}': {_UNCALLABLE}: {_said(rule)}")
            return invalid(at, shown, f"{error} evaluating rule: {_said(rule)}")
        except OutOfBudget as over:
            words = f"'{over}': no further validation rules will be run due to call cost exceeds limit for rule"
            self.verdict.causes.append(
                invalid(at, shown, _NO_BUDGET if self.budget <= 0 else f"{words}: {_said(rule)}")
            )
            raise _Exhausted from None
        return None if found is True else self._refused(rule, names, at, value)

    def _evaluated(self, node: Node, names: dict[str, Value]) -> Value:
        try:
            found, used = evaluate(node, names, min(PER_CALL, self.budget))
        except OutOfBudget:
            self.budget -= PER_CALL
            raise
        except CelError:
            self.budget -= 1
            raise
        self.budget -= used
        return found

    def _refused(self, rule: CelRule, names: dict[str, Value], at: FieldPath, value: Json) -> Cause:
        place = field_path(rule.field_path)
        here = at / place if place else at
        detail = self._message(rule, names) or rule.message.strip() or f"failed rule: {rule.rule.strip()}"
        match rule.reason:
            case "FieldValueForbidden":
                return forbidden(here, detail)
            case "FieldValueRequired":
                return required(here, detail)
            case "FieldValueDuplicate":
                if isinstance(value, dict | list):
                    return Cause(here.text or "<nil>", Reason.DUPLICATE, Reason.DUPLICATE.words, here.parts)
                return duplicate(here, value)
            case _ if isinstance(value, dict | list):
                return invalid_unsaid(here, detail)
            case _:
                return invalid(here, value, detail)

    def _message(self, rule: CelRule, names: dict[str, Value]) -> str | None:
        """What `messageExpression` says; None where it says nothing that can be used."""
        node = parsed(rule.message_expression) if rule.message_expression.strip() else ()
        if isinstance(node, tuple):
            return None
        try:
            text = self._evaluated(node, names)
        except (CelError, OutOfBudget):
            return None
        text = text.strip() if isinstance(text, str) else ""
        usable = text and "\n" not in text and len(text.encode()) <= _LONGEST_MESSAGE
        return text if usable else None


def run_rules(schema: ObjectSchema, manifest: Object, old: Object | None) -> Verdict:
    """The rules of a custom kind over a resource of it."""
    return RuleRun().over(schema, manifest, old, FieldPath())


def has_rules(schema: Schema, depth: int = 0) -> bool:
    """Whether there is a rule anywhere in a schema. Answers are remembered."""
    known = _KNOWN.get(id(schema))
    if known is not None and known[0] is schema:
        return known[1]
    found = bool(schema.rules) or (depth < _DEEPEST and any(has_rules(part, depth + 1) for part in _parts(schema)))
    if len(_KNOWN) > _MOST_KNOWN:
        _KNOWN.clear()
    _KNOWN[id(schema)] = (schema, found)
    return found


_KNOWN: dict[int, tuple[Schema, bool]] = {}
_DEEPEST, _MOST_KNOWN = 64, 50_000


def _parts(schema: Schema) -> Iterator[Schema]:
    if schema.logic is not None:
        yield from schema.logic.all_of
    match schema:
        case ObjectSchema(fields=fields):
            yield from (fields[name] for name in fields if not (schema.embedded and name == "metadata"))
        case MapSchema(values=values):
            yield values
        case ListSchema(items=items):
            yield items


def mentions(node: Node, name: str) -> bool:
    """Whether a variable is used anywhere in an expression."""
    return (isinstance(node, Name) and node.name == name) or any(mentions(part, name) for part in children(node))


def _correlated(schema: ListSchema, old: Json) -> dict[str, Json]:
    if schema.list_type is not ListType.MAP or not isinstance(old, list):
        return {}
    return {_identity(schema, item): item for item in old}


def _identity(schema: ListSchema, item: Json) -> str:
    given = item if isinstance(item, dict) else {}
    return repr([given.get(key) for key in schema.keys])


def _said(rule: CelRule) -> str:
    return rule.message.strip() or rule.rule.strip()


def _type(schema: Schema) -> str:
    """A schema's type in OpenAPI's words."""
    match schema:
        case ObjectSchema() | MapSchema():
            return "object"
        case ListSchema():
            return "array"
        case ScalarSchema(type=Scalar.BOOLEAN | Scalar.INTEGER | Scalar.NUMBER | Scalar.STRING as kind):
            return str(kind.value)
        case _:
            return ""
