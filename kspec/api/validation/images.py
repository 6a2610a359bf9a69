"""Images and when they are pulled.

Upstream: pkg/apis/core/validation/validation.go, validatePullPolicy, validateContainerOnlyForPod (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import Cause, FieldPath, invalid, not_supported, required
from kspec.api.fields import text
from kspec.source.tree import Object

_PULL_POLICIES = ("Always", "IfNotPresent", "Never")


def check_pull_policy(at: FieldPath, policy: str) -> Iterator[Cause]:
    if not policy:
        yield required(at)
    elif policy not in _PULL_POLICIES:
        yield not_supported(at, policy, _PULL_POLICIES)


def untrimmed_image(at: FieldPath, container: Object) -> Iterator[Cause]:
    """Only pods are refused for blanks around an image; templates are not."""
    image = text(container, "image")
    if image.strip() != image:
        yield invalid(at / "image", image, "must not have leading or trailing whitespace")
