"""What the policies of a cluster say of an object, and the admission plugin that refuses or warns.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/validating/{dispatcher,validator}.go and
plugin/webhook/matchconditions/matcher.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from kspec.api.admission.attempt import Attempt
from kspec.api.admission.policy.expressions import Expressions, Spent, Unknowable
from kspec.api.admission.policy.matching import is_exempt, matches
from kspec.api.admission.policy.params import Misconfigured, params_of
from kspec.api.admission.refusal import Refusal, Refused, aggregate, forbidden
from kspec.api.cause import Cause, Reason
from kspec.api.cel.values import CelError
from kspec.api.fields import maybe, maybe_text, objects, text, texts
from kspec.source.tree import Object

POLICY, BINDING = "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"
BUDGET, MATCH_BUDGET = 10_000_000, 2_500_000
"""Steps of all validations of a policy for one object, and of its match conditions."""
_LONGEST_MESSAGE = 5 * 1024
_CODES = {"Unauthorized": 401, "Forbidden": 403, "RequestEntityTooLarge": 413, "Invalid": 422}


class Action(Enum):
    """What a binding does about an object that a policy does not let in."""

    DENY = "Deny"
    WARN = "Warn"
    AUDIT = "Audit"


@dataclass(frozen=True, slots=True)
class Decision:
    """A policy against an object. `number` is the validation's place; None where the policy could not be asked."""

    policy: Object
    binding: Object
    action: Action
    message: str
    reason: str = "Invalid"
    number: int | None = None
    absent: bool = False
    """Only because a parameter is not there."""

    @property
    def sentence(self) -> str:
        """In the server's words."""
        policy, binding = (text(o, "metadata", "name") for o in (self.policy, self.binding))
        if self.action is Action.WARN:
            return f"Validation failed for {POLICY} '{policy}' with binding '{binding}': {self.message}"
        return f"{POLICY} '{policy}' with binding '{binding}' denied request: {self.message}"


def validating_policies(attempt: Attempt) -> None:
    """The plugin. The first denial refuses; warnings are kept. Raises `Refused`."""
    denied: list[Decision] = []
    for decision in decisions(attempt):
        match decision.action:
            case Action.DENY:
                denied.append(decision)
            case Action.WARN:
                attempt.warnings.append(decision.sentence)
            case Action.AUDIT:
                pass
    if denied:
        first = denied[0]
        refusal = forbidden(attempt.kind, attempt.name, first.sentence)
        cause = Cause("", Reason.UNSAID, first.sentence)
        raise Refused(Refusal(_CODES.get(first.reason, 422), first.reason, refusal.message, (cause,)))


def decisions(attempt: Attempt) -> Iterator[Decision]:
    """Every validation that does not hold, for each policy, binding, parameter and action, in the server's order."""
    if is_exempt(attempt):
        return
    bindings = list(attempt.cluster.all(BINDING))
    for policy in attempt.cluster.all(POLICY) if bindings else ():
        if matches(attempt, maybe(policy.get("spec"), "matchConstraints")):
            name = text(policy, "metadata", "name")
            for binding in bindings:
                if text(binding, "spec", "policyName") == name:
                    yield from _bound(attempt, policy, binding)


def _bound(attempt: Attempt, policy: Object, binding: Object) -> Iterator[Decision]:
    spec = binding.get("spec")
    if not matches(attempt, maybe(spec, "matchResources")):
        return
    params = params_of(attempt, maybe(policy.get("spec"), "paramKind"), maybe(spec, "paramRef"))
    if isinstance(params, Misconfigured):
        if _fails(policy):
            message = f"failed to configure binding: {params.why}"
            yield Decision(policy, binding, Action.DENY, message, absent=params.absent)
        return
    actions = [action for action in Action if action.value in texts(spec, "validationActions")]
    for param in params:
        try:
            found = list(_validated(Expressions(attempt, policy, param), policy))
        except Unknowable:
            continue
        for number, message, reason in found:
            for action in actions:
                yield Decision(policy, binding, action, message, reason, number)


def _validated(asked: Expressions, policy: Object) -> Iterator[tuple[int | None, str, str]]:
    """Place, message and reason of each validation that does not hold."""
    fails = _fails(policy)
    met = _conditions_met(asked, policy)
    if isinstance(met, str):
        if fails:
            yield None, met, "Invalid"
        return
    budget = [BUDGET]
    for number, validation in enumerate(objects(policy, "spec", "validations") if met else ()):
        expression = text(validation, "expression")
        try:
            holds = asked.value(expression, budget) is True
        except Spent as spent:
            if fails:
                yield None, str(spent), "Invalid"
            return
        except CelError as error:
            if fails:
                yield number, str(error), "Invalid"
            continue
        if not holds:
            yield number, _message(asked, validation, budget), maybe_text(validation, "reason") or "Invalid"


def _conditions_met(asked: Expressions, policy: Object) -> bool | str:
    """Whether all match conditions hold; where one fails and none is false, why."""
    errors: list[str] = []
    budget = [MATCH_BUDGET]
    for condition in objects(policy, "spec", "matchConditions"):
        try:
            if asked.value(text(condition, "expression"), budget) is False:
                return False
        except Spent as spent:
            return str(spent)
        except CelError as error:
            errors.append(str(error))
    return aggregate(errors) if errors else True


def _message(asked: Expressions, validation: Object, budget: list[int]) -> str:
    """What `messageExpression` gives, or `message`, or the expression itself."""
    source = text(validation, "messageExpression")
    found = ""
    if source.strip():
        try:
            given = asked.value(source, budget)
        except (CelError, Spent):
            given = None
        found = given.strip() if isinstance(given, str) else ""
    if "\n" in found or len(found.encode()) > _LONGEST_MESSAGE:
        found = ""
    return (
        found or text(validation, "message").strip() or f"failed expression: {text(validation, 'expression').strip()}"
    )


def _fails(policy: Object) -> bool:
    return text(policy, "spec", "failurePolicy") != "Ignore"
