"""The rule under which policies speak."""

from __future__ import annotations

from kspec.source.diagnostic import Rule, Severity

POLICY = Rule(
    "KS1015",
    "cel-policy",
    Severity.ERROR,
    "an object that a policy of the design rejects",
    """A `policy` block says what objects must be like:

    policy enough "services survive a drain" {
      match Deployment where ns != "kube-system"
      require spec.replicas > 1 else "run at least two"
    }

`require` must hold and `forbid` must not; `warn` is a `require` that only warns. Conditions see the object's fields
with the API server's defaults, and `name`, `namespace` (or `ns`), `labels` and `annotations`. A condition about a field
that the object does not have does not hold.

ValidatingAdmissionPolicies that a ValidatingAdmissionPolicyBinding binds are asked as well, in the API server's words:
an error where the binding denies, a warning where it warns. Expressions about who asks (`authorizer`,
`request.userInfo`) are passed over: no manifest says.""",
)

RULES = (POLICY,)
