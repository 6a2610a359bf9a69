"""ServiceAccount: a pod's account, and the volume with its token.

Upstream: plugin/pkg/admission/serviceaccount/admission.go (v1.36).
"""

from __future__ import annotations

from kspec.api.admission.attempt import Attempt
from kspec.api.admission.placeholders import RANDOM
from kspec.api.admission.refusal import Refused, forbidden
from kspec.api.fields import flag, objects, text
from kspec.source.tree import Object

TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
_VOLUME = f"kube-api-access-{RANDOM}"
_MIRROR = "kubernetes.io/config.mirror"
_LIFETIME = 3607
_MODE = 0o644


def service_account(attempt: Attempt) -> None:
    """The plugin. It looks only at pods that are created."""
    if not attempt.is_new_pod:
        return
    spec = attempt.part("spec")
    if _MIRROR in (attempt.part("metadata").get("annotations") or {}):  # type: ignore[operator]
        _check_mirror(attempt, spec)
        return
    name = text(spec, "serviceAccountName") or "default"
    spec["serviceAccountName"] = spec["serviceAccount"] = name
    account = attempt.cluster.get("ServiceAccount", attempt.namespace, name)
    if account is None:
        why = f'error looking up service account {attempt.namespace}/{name}: serviceaccount "{name}" not found'
        raise Refused(forbidden(attempt.kind, attempt.name, why))
    if _mounts_token(spec, account):
        _mount(spec)
    if not spec.get("imagePullSecrets") and account.get("imagePullSecrets"):
        spec["imagePullSecrets"] = [{"name": text(s, "name")} for s in objects(account, "imagePullSecrets")]


def _mounts_token(spec: Object, account: Object) -> bool:
    wanted = flag(spec, "automountServiceAccountToken")
    if wanted is None:
        wanted = flag(account, "automountServiceAccountToken")
    return wanted is not False


def _mount(spec: Object) -> None:
    mounted = False
    for field in ("initContainers", "containers"):
        for container in objects(spec, field):
            mounts = container.setdefault("volumeMounts", [])
            assert isinstance(mounts, list)
            if all(text(mount, "mountPath") != TOKEN_PATH for mount in mounts):
                mounts.append({"name": _VOLUME, "readOnly": True, "mountPath": TOKEN_PATH})
                mounted = True
    if mounted:
        volumes = spec.setdefault("volumes", [])
        assert isinstance(volumes, list)
        volumes.append(_token_volume())


def _token_volume() -> Object:
    namespace: Object = {"apiVersion": "v1", "fieldPath": "metadata.namespace"}
    return {
        "name": _VOLUME,
        "projected": {
            "defaultMode": _MODE,
            "sources": [
                {"serviceAccountToken": {"path": "token", "expirationSeconds": _LIFETIME}},
                {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
                {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": namespace}]}},
            ],
        },
    }


def _check_mirror(attempt: Attempt, spec: Object) -> None:
    """A mirror pod stands for a static one, which can use nothing of the cluster's."""
    why = None
    if text(spec, "serviceAccountName"):
        why = "a mirror pod may not reference service accounts"
    for volume in objects(spec, "volumes"):
        if "secret" in volume:
            why = why or "a mirror pod may not reference secrets"
        if any("serviceAccountToken" in source for source in objects(volume, "projected", "sources")):
            why = why or "a mirror pod may not use ServiceAccountToken volume projections"
    if why:
        raise Refused(forbidden(attempt.kind, attempt.name, why))
