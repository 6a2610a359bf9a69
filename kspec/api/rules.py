"""The rules about values: what the API server's validation refuses, by topic."""

from __future__ import annotations

from kspec.source.diagnostic import Rule, Severity

IMMUTABLE = Rule(
    "KS1006",
    "immutable-field",
    Severity.ERROR,
    "a change of a field that cannot change",
    """The API server refuses the update: selectors, addresses, templates of jobs, claims and role references are
what they were when the object was created. Delete the object and create it anew, or give the new one another
name.""",
)

NAME = Rule(
    "KS1007",
    "name-format",
    Severity.ERROR,
    "a name that is not of its form",
    """Names end up in host names, paths and URLs. Most are DNS subdomains (253 characters, dots allowed) or DNS
labels (63 characters, no dots), in lower case. Generated names (of pods, of jobs of a CronJob) must fit as
well.""",
)

LABEL = Rule(
    "KS1008",
    "label-format",
    Severity.ERROR,
    "a label or annotation that is not of its form",
    """A key is a name of 63 characters with an optional DNS prefix: `app.kubernetes.io/name`. The value of a label
has 63 characters at most: letters, digits, `-`, `_` and `.`. The annotations of an object have 256 KiB at
most.""",
)

PORT = Rule(
    "KS1010",
    "port-range",
    Severity.ERROR,
    "a port that is none",
    """A port is a number from 1 to 65535, or a name of 15 characters at most with a letter in it. Within a pod or a
Service no two ports share a name.""",
)

CRON = Rule(
    "KS1012",
    "cron-format",
    Severity.ERROR,
    "a schedule that cannot be read",
    """A schedule has five fields (minute, hour, day, month, weekday) or is a word such as `@daily`. A time zone is a
name of the IANA database and stands in `timeZone`, not in the schedule.""",
)

SELECTOR = Rule(
    "KS1013",
    "label-selector-format",
    Severity.ERROR,
    "a selector that cannot be read",
    """`In` and `NotIn` want values, `Exists` and `DoesNotExist` want none; `Gt` and `Lt` want one number.""",
)

MOUNT = Rule(
    "KS2020",
    "volume-mount-missing",
    Severity.ERROR,
    "a mount without its volume",
    """Every `volumeMounts[].name` is the name of a volume of the pod, and no two mounts share a path.""",
)

RULES = (IMMUTABLE, NAME, LABEL, PORT, CRON, SELECTOR, MOUNT)
