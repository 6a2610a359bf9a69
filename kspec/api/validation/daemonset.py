"""DaemonSets.

Upstream: pkg/apis/apps/validation/validation.go, ValidateDaemonSetSpec (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import SPEC, Cause, FieldPath, invalid, not_supported, required
from kspec.api.fields import mapping, maybe, number, obj, text
from kspec.api.validation.deployment import immutable_selector
from kspec.api.validation.internal import internal
from kspec.api.validation.meta import check_meta, check_meta_update, not_negative
from kspec.api.validation.names import dns_subdomain
from kspec.api.validation.pod import check_template
from kspec.api.validation.rollout import amount, at_most_all, int_or_percent
from kspec.api.validation.selectors import check_label_selector, selector_is_empty, selects
from kspec.api.validation.workloads import MISMATCH, always_restarts, shown_labels
from kspec.source.tree import Object


def check_daemon_set(manifest: Object, old: Object | None) -> Iterator[Cause]:
    if old is None:
        yield from check_meta(manifest, True, dns_subdomain)
    else:
        yield from check_meta_update(manifest, old)
    spec = obj(manifest, "spec")
    yield from immutable_selector(spec, old)
    selector, template = maybe(spec, "selector"), obj(spec, "template")
    labels = mapping(template, "metadata", "labels")
    yield from check_label_selector(SPEC / "selector", selector)
    if selects(selector, labels) is False:
        yield invalid(SPEC / "template.metadata.labels", shown_labels(maybe(spec, "template") or {}), MISMATCH)
    if selector is not None and selector_is_empty(selector):
        shown = internal("meta/v1.LabelSelector", selector)
        yield invalid(SPEC / "selector", shown, "empty selector is invalid for daemonset")
    yield from check_template(SPEC / "template", template)
    yield from always_restarts(SPEC / "template.spec", obj(template, "spec"), "DaemonSet")
    yield from not_negative(SPEC / "minReadySeconds", number(spec, "minReadySeconds"))
    yield from _strategy(SPEC / "updateStrategy", obj(spec, "updateStrategy"))
    yield from not_negative(SPEC / "revisionHistoryLimit", number(spec, "revisionHistoryLimit"))


def _strategy(at: FieldPath, strategy: Object) -> Iterator[Cause]:
    kind, rolling, here = text(strategy, "type"), maybe(strategy, "rollingUpdate"), at / "rollingUpdate"
    if kind == "OnDelete":
        return
    if kind != "RollingUpdate":
        yield not_supported(at, internal("apps.DaemonSetUpdateStrategy", strategy), ("RollingUpdate", "OnDelete"))
        return
    if rolling is None:
        yield required(here)
        return
    unavailable, surge = rolling.get("maxUnavailable"), rolling.get("maxSurge")
    for name, value in (("maxUnavailable", unavailable), ("maxSurge", surge)):
        yield from int_or_percent(here / name, value)
    for name, value in (("maxUnavailable", unavailable), ("maxSurge", surge)):
        yield from at_most_all(here / name, value)
    if amount(unavailable) and amount(surge):
        yield invalid(here / "maxSurge", surge, "may not be set when maxUnavailable is non-zero")
    elif not amount(unavailable) and not amount(surge):
        yield required(here / "maxUnavailable", "cannot be 0 when maxSurge is 0")
