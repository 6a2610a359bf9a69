"""Image names, as far as defaulting reads them.

Upstream: pkg/util/parsers/parsers.go, SetDefaults_Container in pkg/apis/core/v1/defaults.go (v1.36).
"""

from __future__ import annotations

import re

_REFERENCE = re.compile(
    r"(?P<name>(?:[A-Za-z0-9][A-Za-z0-9.-]*(?::\d+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
    r"(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)(?::(?P<tag>\w[\w.-]{0,127}))?(?:@(?P<digest>[A-Za-z][\w+.-]*:[0-9a-fA-F]{32,}))?\Z",
    re.ASCII,
)


_IDENTIFIER = re.compile(r"[a-f0-9]{64}", re.ASCII)
"""An image's id, which is no name."""


def pull_policy(image: str) -> str:
    """`Always` for the tag `latest`, said or implied; an image name that cannot be read has no tag."""
    found = _REFERENCE.match(image)
    if found is None or _IDENTIFIER.fullmatch(image):
        return "IfNotPresent"
    latest = found["tag"] == "latest" or (found["tag"] is None and found["digest"] is None)
    return "Always" if latest else "IfNotPresent"
