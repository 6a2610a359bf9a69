"""The persistent volume claims of a StatefulSet's pods, and how long they are kept.

Upstream: pkg/controller/statefulset/stateful_pod_control.go, stateful_set_utils.go (`claimOwnerMatchesSetAndPod`,
`updateClaimOwnerRefForSetAndPod`) (v1.36).
"""

from __future__ import annotations

from kspec.api.admission.refusal import Refused
from kspec.api.fields import mapping, obj, text
from kspec.cluster.controller import Controller
from kspec.cluster.controllers.statefulset.pods import claim_name, claims_of, desired_of, ordinal_of, start_of
from kspec.cluster.stored import Owner, Stored
from kspec.source.tree import Json, Object


async def create_claims(controller: Controller, found: Stored, pod: Stored) -> None:
    """Create the claims of a pod that are not there."""
    ordinal = ordinal_of(pod)
    for template in claims_of(found):
        name = claim_name(found, template, ordinal)
        if controller.cache.get("PersistentVolumeClaim", (found.namespace, name)) is not None:
            continue
        said = f"Claim {name} Pod {pod.name} in StatefulSet {found.name}"
        try:
            await controller.client.create(_manifest(found, template, name))
        except Refused as refused:
            if refused.refusal.reason == "AlreadyExists":
                continue
            controller.events.warning(
                found,
                "FailedCreate",
                f"Create Claim {name} for Pod {pod.name} in StatefulSet {found.name} failed error: "
                f"{refused.refusal.message}",
            )
            raise
        controller.events.normal(found, "SuccessfulCreate", f"Create {said} success")


def _manifest(found: Stored, template: Object, name: str) -> Object:
    given = obj(template, "metadata")
    labels: Object = {**mapping(given, "labels"), **mapping(found.spec, "selector", "matchLabels")}
    metadata: Object = {**given, "name": name, "namespace": found.namespace, "labels": labels}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": metadata,
        "spec": dict(obj(template, "spec")),
    }


async def settle_owners(controller: Controller, found: Stored, pod: Stored) -> None:
    """Let the pod's claims be owned by what must be there for them to be kept."""
    for template in claims_of(found):
        key = (found.namespace, claim_name(found, template, ordinal_of(pod)))
        claim = controller.cache.get("PersistentVolumeClaim", key)
        if claim is None:
            continue
        others = [o for o in claim.owners if o.uid not in (found.uid, pod.uid)]
        wanted = [*others, *_owners(found, pod)]
        if set(wanted) != set(claim.owners):
            draft = claim.draft()
            metadata = draft["metadata"]
            assert isinstance(metadata, dict)
            metadata["ownerReferences"] = list[Json](o.as_json() for o in wanted)
            await controller.client.update(draft)


def _owners(found: Stored, pod: Stored) -> list[Owner]:
    policy = obj(found.spec, "persistentVolumeClaimRetentionPolicy")
    scaled, deleted = text(policy, "whenScaled") == "Delete", text(policy, "whenDeleted") == "Delete"
    condemned = not start_of(found) <= ordinal_of(pod) < start_of(found) + desired_of(found)
    if scaled and condemned:
        return [Owner("Pod", pod.name, pod.uid, api_version="v1")]
    if deleted:
        return [Owner("StatefulSet", found.name, found.uid, controller=True, block=False, api_version="apps/v1")]
    return []
