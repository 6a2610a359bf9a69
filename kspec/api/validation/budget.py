"""PodDisruptionBudgets.

Upstream: pkg/apis/policy/validation/validation.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import SPEC, Cause, invalid, not_supported
from kspec.api.equality import spec_of
from kspec.api.fields import maybe_text
from kspec.api.validation.internal import internal
from kspec.api.validation.meta import check_meta_update
from kspec.api.validation.rollout import at_most_all, int_or_percent
from kspec.api.validation.selectors import optional_selector
from kspec.source.tree import Object

_EVICTION = ("AlwaysAllow", "IfHealthyBudget")


def check_budget(manifest: Object, old: Object | None) -> Iterator[Cause]:
    """The strategy leaves metadata to the rules that hold for every kind."""
    if old is not None:
        yield from check_meta_update(manifest, old)
    spec = spec_of(manifest)
    given = [name for name in ("minAvailable", "maxUnavailable") if spec.get(name) is not None]
    if len(given) == 2:
        shown = internal("policy.PodDisruptionBudgetSpec", spec)
        yield invalid(SPEC, shown, "minAvailable and maxUnavailable cannot be both set")
    for name in given:
        yield from int_or_percent(SPEC / name, spec[name])
        yield from at_most_all(SPEC / name, spec[name])
    yield from optional_selector(SPEC, spec, "selector")
    policy = maybe_text(spec, "unhealthyPodEvictionPolicy")
    if policy is not None and policy not in _EVICTION:
        yield not_supported(SPEC / "unhealthyPodEvictionPolicy", policy, _EVICTION)
