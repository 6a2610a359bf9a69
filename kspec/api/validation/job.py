"""Jobs and CronJobs.

Upstream: pkg/apis/batch/validation/validation.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.admission.placeholders import UID
from kspec.api.cause import META, SPEC, Cause, FieldPath, invalid, not_supported, required, too_long
from kspec.api.equality import differ, spec_of
from kspec.api.fields import flag, integer, mapping, maybe, maybe_text, number, obj, text
from kspec.api.validation.cron import schedule_error, zone_errors
from kspec.api.validation.internal import internal
from kspec.api.validation.job_policy import check_failure_policy, check_success_policy
from kspec.api.validation.meta import check_meta, check_meta_update, immutable, not_negative
from kspec.api.validation.names import dns_label, dns_subdomain
from kspec.api.validation.paths import domain_prefixed_path
from kspec.api.validation.pod import check_template
from kspec.api.validation.selectors import check_label_selector, selects
from kspec.api.validation.workloads import MISMATCH, shown_labels
from kspec.source.tree import Object

UID_LABELS = ("batch.kubernetes.io/controller-uid", "controller-uid")
NAME_LABELS = ("batch.kubernetes.io/job-name", "job-name")
_COUNTS = (
    "parallelism",
    "completions",
    "activeDeadlineSeconds",
    "backoffLimit",
    "ttlSecondsAfterFinished",
    "backoffLimitPerIndex",
    "maxFailedIndexes",
)
_MANY = 100_000


def check_job(manifest: Object, old: Object | None) -> Iterator[Cause]:
    """A Job that replaces another is judged as a new one, and then once more beside it."""
    spec = spec_of(manifest)
    yield from check_meta(manifest, True, dns_subdomain)
    yield from _generated(spec, text(manifest, "metadata", "name"), text(old or {}, "metadata", "uid") or UID)
    yield from _selected(SPEC, spec)
    yield from _indexed_name(manifest, spec)
    if old is not None:
        yield from check_meta_update(manifest, old)
        yield from _selected(SPEC, spec)
        yield from _update(spec, spec_of(old))


def _selected(at: FieldPath, spec: Object) -> Iterator[Cause]:
    yield from check_job_spec(at, spec)
    selector, labels = maybe(spec, "selector"), mapping(spec, "template", "metadata", "labels")
    if selector is None:
        yield required(at / "selector")
    yield from check_label_selector(at / "selector", selector)
    if selects(selector, labels) is False:
        yield invalid(at / "template.metadata.labels", shown_labels(obj(spec, "template")), MISMATCH)


def _generated(spec: Object, name: str, uid: str) -> Iterator[Cause]:
    """A Job that does not select by hand selects by its uid; its template may not say another uid or name."""
    selector = maybe(spec, "selector")
    if flag(spec, "manualSelector") or selector is None:
        return
    at, labels = SPEC / "template.metadata.labels", mapping(spec, "template", "metadata", "labels")
    expected: dict[str, str] = {}
    for of_uid, of_name in reversed(tuple(zip(UID_LABELS, NAME_LABELS, strict=True))):
        for key, value in ((of_uid, uid), (of_name, name)):
            expected[key] = value
            if key not in labels:
                yield required(at.key(key), f"must be '{value}'")
            elif labels[key] != value:
                yield invalid(at.key(key), dict(labels), f"must be '{value}'")
    if selects(selector, expected) is False:
        shown = internal("meta/v1.LabelSelector", selector)
        yield invalid(SPEC / "selector", shown, "`selector` not auto-generated")


def _indexed_name(manifest: Object, spec: Object) -> Iterator[Cause]:
    completions, name = integer(spec, "completions"), text(manifest, "metadata", "name")
    if text(spec, "completionMode") == "Indexed" and completions > 0:
        longest = f"{name}-{completions - 1}"
        if dns_label(longest):
            yield invalid(META / "name", name, f"will not able to create pod with invalid DNS label: {longest}")


def check_job_spec(at: FieldPath, spec: Object) -> Iterator[Cause]:
    for name in _COUNTS:
        yield from not_negative(at / name, number(spec, name))
    if number(spec, "maxFailedIndexes") is not None and number(spec, "backoffLimitPerIndex") is None:
        yield required(at / "backoffLimitPerIndex", "when maxFailedIndexes is specified")
    manager = maybe_text(spec, "managedBy")
    if manager is not None:
        yield from domain_prefixed_path(at / "managedBy", manager)
        if len(manager) > 63:
            yield too_long(at / "managedBy", 63)
    yield from _completion_mode(at, spec)
    policy = maybe(spec, "podFailurePolicy")
    if policy is not None:
        yield from check_failure_policy(at / "podFailurePolicy", spec, policy)
    success = maybe(spec, "successPolicy")
    if success is not None:
        if text(spec, "completionMode") != "Indexed":
            yield invalid(
                at / "successPolicy", internal("batch.SuccessPolicy", success), "requires indexed completion mode"
            )
        else:
            yield from check_success_policy(at / "successPolicy", spec, success)
    yield from _replacement(at / "podReplacementPolicy", maybe_text(spec, "podReplacementPolicy"), policy is not None)
    yield from check_template(at / "template", obj(spec, "template"))
    yield from _restart(
        at / "template.spec.restartPolicy", text(spec, "template", "spec", "restartPolicy"), policy is not None
    )


def _completion_mode(at: FieldPath, spec: Object) -> Iterator[Cause]:
    mode, completions, parallelism = (
        maybe_text(spec, "completionMode"),
        number(spec, "completions"),
        number(spec, "parallelism"),
    )
    failed, per_index = number(spec, "maxFailedIndexes"), number(spec, "backoffLimitPerIndex")
    if mode not in (None, "NonIndexed", "Indexed"):
        yield not_supported(at / "completionMode", mode, ("NonIndexed", "Indexed"))
    if mode == "Indexed":
        if completions is None:
            yield required(at / "completions", "when completion mode is Indexed")
        if parallelism is not None and parallelism > _MANY:
            words = f"must be less than or equal to {_MANY} when completion mode is Indexed"
            yield invalid(at / "parallelism", parallelism, words)
        if completions is not None and failed is not None and failed > completions:
            yield invalid(at / "maxFailedIndexes", failed, "must be less than or equal to completions")
        if failed is not None and failed > _MANY:
            yield invalid(at / "maxFailedIndexes", failed, f"must be less than or equal to {_MANY}")
        if completions is not None and completions > _MANY and per_index is not None:
            yield from _high_completions(at, failed, parallelism)
    elif mode in (None, "NonIndexed"):
        for name, value in (("backoffLimitPerIndex", per_index), ("maxFailedIndexes", failed)):
            if value is not None:
                yield invalid(at / name, value, "requires indexed completion mode")


def _high_completions(at: FieldPath, failed: int | None, parallelism: int | None) -> Iterator[Cause]:
    words = f"when completions are above {_MANY} and used with backoff limit per index"
    if failed is None:
        yield required(at / "maxFailedIndexes", f"must be specified when completions is above {_MANY}")
    for name, value in (("parallelism", parallelism), ("maxFailedIndexes", failed)):
        if value is not None and value > 10_000:
            yield invalid(at / name, value, f"must be less than or equal to 10000 {words}")


def _replacement(at: FieldPath, policy: str | None, with_failure_policy: bool) -> Iterator[Cause]:
    allowed = ("Failed",) if with_failure_policy else ("Failed", "TerminatingOrFailed")
    if policy is not None and policy not in allowed:
        yield not_supported(at, policy, allowed)


def _restart(at: FieldPath, policy: str, with_failure_policy: bool) -> Iterator[Cause]:
    if policy in ("", "Always"):
        yield required(at, 'valid values: "OnFailure", "Never"')
    elif policy not in ("OnFailure", "Never"):
        yield not_supported(at, policy, ("OnFailure", "Never"))
    elif with_failure_policy and policy != "Never":
        yield invalid(at, policy, 'only "Never" is supported when podFailurePolicy is specified')


def _update(spec: Object, old: Object) -> Iterator[Cause]:
    indexed = text(spec, "completionMode") == "Indexed"
    completions, before = number(spec, "completions"), number(old, "completions")
    if not indexed:
        yield from immutable(SPEC / "completions", completions, before)
    elif completions is not None and completions != before and completions != number(spec, "parallelism"):
        yield invalid(SPEC / "completions", completions, "can only be modified in tandem with spec.parallelism")
    if differ("meta/v1.LabelSelector", spec.get("selector"), old.get("selector")):
        shown = None if spec.get("selector") is None else internal("meta/v1.LabelSelector", spec.get("selector"))
        yield invalid(SPEC / "selector", shown, "field is immutable")
    if differ("core/v1.PodTemplateSpec", spec.get("template"), _comparable(spec, old)):
        yield invalid(SPEC / "template", internal("core.PodTemplateSpec", spec.get("template")), "field is immutable")
    yield from immutable(SPEC / "completionMode", spec.get("completionMode"), old.get("completionMode"))
    for name, struct in (("podFailurePolicy", "PodFailurePolicy"), ("successPolicy", "SuccessPolicy")):
        if differ(f"batch/v1.{struct}", spec.get(name), old.get(name)):
            policy = None if spec.get(name) is None else internal(f"batch.{struct}", spec.get(name))
            yield invalid(SPEC / name, policy, "field is immutable")
    for name in ("backoffLimitPerIndex", "managedBy"):
        yield from immutable(SPEC / name, spec.get(name), old.get(name))


def _comparable(spec: Object, old: Object) -> Object:
    """The old template; while a Job is suspended and has not started, its scheduling directives may still change."""
    before, now = obj(old, "template"), obj(spec, "template")
    if not flag(old, "suspend"):
        return before
    metadata = {**obj(before, "metadata"), **{n: obj(now, "metadata").get(n) for n in ("annotations", "labels")}}
    pod = {
        **obj(before, "spec"),
        **{n: obj(now, "spec").get(n) for n in ("nodeSelector", "tolerations", "schedulingGates")},
    }
    wanted = maybe(obj(now, "spec"), "affinity")
    affinity = {**obj(pod, "affinity"), "nodeAffinity": obj(wanted or {}).get("nodeAffinity")}
    kept = None if wanted is None and not any(affinity.values()) else affinity
    return {**before, "metadata": metadata, "spec": {**pod, "affinity": kept}}


def check_cron_job(manifest: Object, old: Object | None) -> Iterator[Cause]:
    if old is None:
        yield from check_meta(manifest, True, dns_subdomain)
    else:
        yield from check_meta_update(manifest, old)
    spec, before = spec_of(manifest), spec_of(old) if old else None
    yield from _schedule(SPEC / "schedule", spec, before)
    yield from not_negative(SPEC / "startingDeadlineSeconds", number(spec, "startingDeadlineSeconds"))
    zone = maybe_text(spec, "timeZone")
    if zone is not None and (before is None or before.get("timeZone") != zone):
        for message in zone_errors(zone):
            yield invalid(SPEC / "timeZone", zone, message)
    policy = text(spec, "concurrencyPolicy")
    if not policy:
        yield required(SPEC / "concurrencyPolicy")
    elif policy not in ("Allow", "Forbid", "Replace"):
        yield not_supported(SPEC / "concurrencyPolicy", policy, ("Allow", "Forbid", "Replace"))
    job = obj(spec, "jobTemplate", "spec")
    yield from check_job_spec(SPEC / "jobTemplate.spec", job)
    if job.get("selector") is not None:
        shown = internal("meta/v1.LabelSelector", job.get("selector"))
        yield invalid(SPEC / "jobTemplate.spec.selector", shown, "`selector` will be auto-generated")
    if flag(job, "manualSelector"):
        yield not_supported(SPEC / "jobTemplate.spec.manualSelector", True, ("nil", "false"))
    for name in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        yield from not_negative(SPEC / name, number(spec, name))
    name = text(manifest, "metadata", "name")
    if old is None and len(name) > 52:
        yield invalid(META / "name", name, "must be no more than 52 characters")


def _schedule(at: FieldPath, spec: Object, old: Object | None) -> Iterator[Cause]:
    schedule = text(spec, "schedule")
    if not schedule:
        yield required(at)
        return
    error = schedule_error(schedule)
    if error:
        yield invalid(at, schedule, error)
    zone_allowed = old is not None and "TZ" in text(old, "schedule")
    if "TZ" in schedule and zone_allowed and spec.get("timeZone") is not None:
        yield invalid(at, schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule")
    elif "TZ" in schedule and not zone_allowed:
        yield invalid(at, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead")
