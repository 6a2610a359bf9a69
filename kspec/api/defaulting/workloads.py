"""Defaults of Deployments, ReplicaSets, DaemonSets, StatefulSets, ReplicationControllers, Jobs and CronJobs.

Upstream: pkg/apis/apps/v1/defaults.go, pkg/apis/batch/v1/defaults.go, pkg/apis/core/v1/defaults.go (v1.36).
"""

from __future__ import annotations

from kspec.api.defaulting.fill import child, children, existing, fill, fill_empty
from kspec.api.defaulting.pod import default_template
from kspec.api.defaulting.volumes import default_claim
from kspec.api.fields import mapping
from kspec.source.tree import Object


def default_deployment(manifest: Object) -> None:
    spec = child(manifest, "spec")
    strategy = child(spec, "strategy")
    fill(spec, replicas=1)
    fill_empty(strategy, type="RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        fill(child(strategy, "rollingUpdate"), maxUnavailable="25%", maxSurge="25%")
    fill(spec, revisionHistoryLimit=10, progressDeadlineSeconds=600)
    default_template(child(spec, "template"))


def default_replica_set(manifest: Object) -> None:
    spec = child(manifest, "spec")
    fill(spec, replicas=1)
    default_template(child(spec, "template"))


def default_daemon_set(manifest: Object) -> None:
    spec = child(manifest, "spec")
    strategy = child(spec, "updateStrategy")
    fill_empty(strategy, type="RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        fill(child(strategy, "rollingUpdate"), maxUnavailable=1, maxSurge=0)
    fill(spec, revisionHistoryLimit=10)
    default_template(child(spec, "template"))


def default_stateful_set(manifest: Object) -> None:
    spec = child(manifest, "spec")
    strategy = child(spec, "updateStrategy")
    fill_empty(spec, podManagementPolicy="OrderedReady")
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
        child(strategy, "rollingUpdate")
    rolling = existing(strategy, "rollingUpdate")
    if strategy["type"] == "RollingUpdate" and rolling is not None:
        fill(rolling, partition=0)
    fill_empty(child(spec, "persistentVolumeClaimRetentionPolicy"), whenDeleted="Retain", whenScaled="Retain")
    fill(spec, replicas=1, revisionHistoryLimit=10)
    default_template(child(spec, "template"))
    for claim in children(spec, "volumeClaimTemplates"):
        claim["kind"] = claim.get("kind") or "PersistentVolumeClaim"
        claim["apiVersion"] = claim.get("apiVersion") or "v1"
        default_claim(claim)


def default_replication_controller(manifest: Object) -> None:
    spec = child(manifest, "spec")
    template = existing(spec, "template")
    labels = mapping(template, "metadata", "labels")
    if labels:
        fill_empty(spec, selector=dict(labels))
        fill_empty(child(manifest, "metadata"), labels=dict(labels))
    fill(spec, replicas=1)
    if template is not None:
        default_template(template)


def default_job(manifest: Object) -> None:
    spec = child(manifest, "spec")
    if spec.get("completions") is None and spec.get("parallelism") is None:
        spec["completions"] = 1
    fill(spec, parallelism=1, backoffLimit=6 if spec.get("backoffLimitPerIndex") is None else 2**31 - 1)
    labels = mapping(spec, "template", "metadata", "labels")
    if labels:
        fill_empty(child(manifest, "metadata"), labels=dict(labels))
    replacement = "TerminatingOrFailed" if spec.get("podFailurePolicy") is None else "Failed"
    fill(spec, completionMode="NonIndexed", suspend=False, podReplacementPolicy=replacement, manualSelector=False)
    _job_spec(spec)


def default_cron_job(manifest: Object) -> None:
    spec = child(manifest, "spec")
    fill_empty(spec, concurrencyPolicy="Allow")
    fill(spec, suspend=False, successfulJobsHistoryLimit=3, failedJobsHistoryLimit=1)
    template = child(spec, "jobTemplate")
    child(template, "metadata")
    _job_spec(child(template, "spec"))


def _job_spec(spec: Object) -> None:
    for rule in children(existing(spec, "podFailurePolicy"), "rules"):
        for pattern in children(rule, "onPodConditions"):
            fill_empty(pattern, status="True")
    default_template(child(spec, "template"))
