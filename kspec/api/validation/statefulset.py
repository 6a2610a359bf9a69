"""StatefulSets. A negative `revisionHistoryLimit` is only warned about.

Upstream: pkg/apis/apps/validation/validation.go, ValidateStatefulSetSpec, ValidateStatefulSetUpdate (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import SPEC, Cause, FieldPath, each, forbidden, invalid, not_supported, required
from kspec.api.equality import differ, spec_of
from kspec.api.fields import integer, maybe, number, obj, objects, text
from kspec.api.validation.claims import check_claim_spec
from kspec.api.validation.internal import internal
from kspec.api.validation.meta import check_meta, check_meta_update, not_negative
from kspec.api.validation.names import dns_label
from kspec.api.validation.rollout import amount, at_most_all, int_or_percent
from kspec.api.validation.workloads import check_selected_template, check_selector
from kspec.source.tree import Json, Object

_MUTABLE = (
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
)


def check_stateful_set(manifest: Object, old: Object | None) -> Iterator[Cause]:
    if old is None:
        yield from check_meta(manifest, True, dns_label)
    else:
        yield from check_meta_update(manifest, old)
    spec = spec_of(manifest)
    policy = text(spec, "podManagementPolicy")
    if not policy:
        yield required(SPEC / "podManagementPolicy")
    elif policy not in ("OrderedReady", "Parallel"):
        yield invalid(SPEC / "podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'")
    yield from _strategy(SPEC / "updateStrategy", obj(spec, "updateStrategy"))
    yield from _retention(
        SPEC / "persistentVolumeClaimRetentionPolicy", maybe(spec, "persistentVolumeClaimRetentionPolicy")
    )
    if old is None:
        for i, claim in enumerate(objects(spec, "volumeClaimTemplates")):
            yield from check_claim_spec((SPEC / "volumeClaimTemplates").item(i) / "spec", obj(claim, "spec"))
    yield from not_negative(SPEC / "replicas", number(spec, "replicas"))
    yield from not_negative(SPEC / "minReadySeconds", integer(spec, "minReadySeconds"))
    yield from not_negative(SPEC / "ordinals.start", number(spec, "ordinals", "start"))
    service = text(spec, "serviceName")
    if old is None and service:
        yield from each(SPEC / "serviceName", service, dns_label(service))
    yield from check_selector(SPEC, spec, "statefulset")
    yield from check_selected_template(SPEC, spec, _with_claims(spec), "StatefulSet", "", metadata_again=True)
    if old is not None and _changed(spec, spec_of(old)):
        named = ", ".join(f"'{name}'" for name in _MUTABLE[:-1])
        words = f"updates to statefulset spec for fields other than {named} and '{_MUTABLE[-1]}' are forbidden"
        yield forbidden(SPEC, words)


def _strategy(at: FieldPath, strategy: Object) -> Iterator[Cause]:
    kind, rolling, here = text(strategy, "type"), maybe(strategy, "rollingUpdate"), at / "rollingUpdate"
    if not kind:
        yield required(at)
    elif kind == "OnDelete":
        if rolling is not None:
            shown = internal("apps.RollingUpdateStatefulSetStrategy", rolling)
            yield invalid(here, shown, "only allowed for updateStrategy 'RollingUpdate'")
    elif kind != "RollingUpdate":
        shown = internal("apps.StatefulSetUpdateStrategy", strategy)
        yield invalid(at, shown, "must be 'RollingUpdate' or 'OnDelete'")
    elif rolling is not None:
        yield from not_negative(here / "partition", integer(rolling, "partition"))
        unavailable = rolling.get("maxUnavailable")
        if unavailable is not None:
            yield from int_or_percent(here / "maxUnavailable", unavailable)
            if amount(unavailable) == 0:
                yield invalid(here / "maxUnavailable", unavailable, "cannot be 0")
            yield from at_most_all(here / "maxUnavailable", unavailable)


def _retention(at: FieldPath, policy: Object | None) -> Iterator[Cause]:
    if policy is None:
        return
    for name in ("whenDeleted", "whenScaled"):
        value = text(policy, name)
        if value not in ("Retain", "Delete"):
            yield not_supported(at / name, value, ("Retain", "Delete"))


def _with_claims(spec: Object) -> Object:
    """The template with a volume for every claim template; host names are the controller's to give."""
    template, pod = obj(spec, "template"), obj(spec, "template", "spec")
    names = {text(c, "metadata", "name") for c in objects(spec, "volumeClaimTemplates")}
    claimed: list[Json] = [{"name": name, "persistentVolumeClaim": {"claimName": name}} for name in sorted(names)]
    own: list[Json] = [v for v in objects(pod, "volumes") if text(v, "name") not in names]
    named = ("hostname", "subdomain")
    return {**template, "spec": {**{k: v for k, v in pod.items() if k not in named}, "volumes": claimed + own}}


def _changed(new: Object, old: Object) -> bool:
    kept = {name: old.get(name) for name in _MUTABLE}
    return differ("apps/v1.StatefulSetSpec", {**new, **kept}, old)
