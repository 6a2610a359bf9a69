"""What a configuration file may say.

profile = "strict"                     # default, strict, pss-baseline, pss-restricted, cost, gitops
select = ["KS3"]                       # exactly these rules; starts of ids, or names
ignore = ["KS3002"]
fail-on = "warning"                    # error, warning, info
external = ["Secret/shop/*"]           # objects that others make
registries = ["ghcr.io/acme/"]         # for KS5039
required-labels = ["app.kubernetes.io/part-of"]     # for KS5050
baseline = ".kspec-baseline.json"
cache = ".kspec-cache"                 # or false; by default in the user's cache folder
cache-limit = 256                      # MiB

[severity]
KS3028 = "error"                       # error, warning, info, off

[[exempt]]                             # all that is given must fit
rules = ["KS5"]
paths = ["legacy/**"]
kinds = ["DaemonSet"]
namespaces = ["kube-*"]
names = ["agent"]
reason = "agents of the platform team"
until = 2027-01-01
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kspec.lint.settings import Settings
from kspec.lint.suppression.model import Suppression
from kspec.source.diagnostic import Severity


@dataclass(frozen=True, slots=True)
class Config:
    """A configuration, checked. What is None was not said. `baseline` is relative to the file's folder."""

    path: str = ""
    profile: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity | None = None
    levels: Mapping[str, Severity] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    exemptions: tuple[Suppression, ...] = ()
    baseline: str | None = None


NO_CONFIG = Config()
