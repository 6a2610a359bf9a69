"""Text that looks like a credential.

Two kinds of evidence: the shape of well-known tokens, which is certain wherever it stands, and the name of a variable
together with a value that is no placeholder, path, reference or switch.
"""

from __future__ import annotations

import re

_TOKENS = (
    ("an AWS access key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b", ("AKIA", "ASIA")),
    ("a GitHub token", r"\b(?:gh[oprsu]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})", ("gh",)),
    ("a GitLab token", r"\bglpat-[A-Za-z0-9_-]{20}", ("glpat-",)),
    ("a Slack token", r"\bxox[abprs]-[A-Za-z0-9-]{10,}", ("xox",)),
    ("a Slack webhook", r"hooks\.slack\.com/services/T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]{20,}", ("hooks.slack.com",)),
    ("a Google API key", r"\bAIza[0-9A-Za-z_-]{35}\b", ("AIza",)),
    ("a Stripe key", r"\b[rs]k_live_[0-9A-Za-z]{20,}", ("k_live_",)),
    ("an npm token", r"\bnpm_[A-Za-z0-9]{36}\b", ("npm_",)),
    ("a Docker token", r"\bdckr_pat_[A-Za-z0-9_-]{20,}", ("dckr_pat_",)),
    ("a private key", r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY-----", ("PRIVATE KEY",)),
    ("a JSON web token", r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}", ("eyJ",)),
    ("a password in a URL", r"\b[a-z][a-z0-9+.-]*://[^\s/:@$<{]+:[^\s/@$<{]{3,}@", ("://",)),
)
"""Words for a token, its shape, and texts one of which is part of it: looking for these first is what makes it fast."""
_SHAPES = tuple((what, re.compile(pattern), hints) for what, pattern, hints in _TOKENS)
_NAME = re.compile(
    r"(?:^|[_.-])(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRET_?KEY|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|AUTH_?TOKEN|TOKEN)$",
    re.IGNORECASE,
)
_SWITCH = re.compile(r"^(?:ALLOW|ENABLE|DISABLE|USE|REQUIRE|NO|HAS|IS|SKIP)_", re.IGNORECASE)
_HARMLESS = re.compile(
    r"""^(?:
        |true|false|yes|no|on|off|none|null|nil|disabled|enabled|\d+    # switches and numbers
        |.*(?:\$\(|\$\{|\{\{).*                                         # references
        |/.*|\./.*|file:.*|[a-z]+://.*                                  # places
        |<.*>|\*+|x+|\.+|-                                              # placeholders
        |change[_-]?me|example|placeholder|redacted|todo
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_FLAG = re.compile(r"^--?([A-Za-z0-9_.-]+)=(.+)$", re.DOTALL)


def token_in(text: str) -> str | None:
    """What well-known credential a text holds, in words."""
    for what, shape, hints in _SHAPES:
        if any(hint in text for hint in hints) and shape.search(text):
            return what
    return None


def named_credential(name: str, value: str) -> bool:
    """Whether a variable of that name holds a credential itself, not a reference to one."""
    return bool(_NAME.search(name)) and not _SWITCH.match(name) and not _HARMLESS.match(value.strip())


def credential_flag(argument: str) -> str | None:
    """The name of a command line flag that carries a credential, as in `--password=hunter2`."""
    match = _FLAG.match(argument)
    return match[1] if match and named_credential(match[1].replace("-", "_"), match[2]) else None
