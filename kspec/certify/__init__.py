"""Re-checking answers: what an answer claims, checked anew from the design, by other code than gave it.

    checks = certify(document, design)       # one Check for each claim of a `--format json` answer

An answer says in `schema` what it is. Each schema has a module here, with `certify(document, design)`.
"""

from kspec.certify.checks import Check, Outcome, Unusable, worst
from kspec.certify.schemas import certify

__all__ = ["Check", "Outcome", "Unusable", "certify", "worst"]
