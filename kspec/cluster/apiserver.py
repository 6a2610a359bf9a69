"""The API server: requests against the store, with admission, defaults and validation.

Requests of users and creations of pods go through `kspec.api`; what controllers write into their own objects is taken
as it is, but a stale `resourceVersion` is refused.

Upstream: staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go, pkg/registry/apps/deployment/strategy.go,
pkg/registry/core/pod/strategy.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

from kspec.api.admission.refusal import Refusal, Refused
from kspec.api.apply import applied
from kspec.api.fields import obj, text, texts
from kspec.api.schema import DEFAULT_VERSION, Catalogue, load
from kspec.api.server import Outcome, Server
from kspec.cluster.allocation import Allocator
from kspec.cluster.deletion import Propagation, grace_of, is_finished, propagate, seconds_left
from kspec.cluster.loop import Loop
from kspec.cluster.moments import stamp
from kspec.cluster.patch import patched
from kspec.cluster.quota import charged
from kspec.cluster.refusals import conflict, ending, exists, gone
from kspec.cluster.spelling import Suffixes, known
from kspec.cluster.standing import Standing
from kspec.cluster.store import Store
from kspec.cluster.stored import Key, Stored, key_of, part
from kspec.source.tree import Object

_SERVER_SET = (
    "uid",
    "creationTimestamp",
    "resourceVersion",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
)


class ApiServer:
    """Every method is one request, handled at once; `by` is the component that sent it. Raises `Refused`."""

    def __init__(self, loop: Loop, store: Store, catalogue: Catalogue | None = None) -> None:
        self.store = store
        self._loop = loop
        self._catalogue = catalogue or load(DEFAULT_VERSION)
        self.standing = Standing(store)
        self._server = Server(self._catalogue, self.standing)
        self._applied: dict[tuple[str, Key], Object] = {}
        self._allocator = Allocator()
        self._uids = 0
        self._suffixes = Suffixes()
        self.unborn: dict[str, str] = {}
        """The names of objects that were refused, with the prefix they were made from."""

    # -- reading -------------------------------------------------------------------------------------------------------

    def get(self, kind: str, key: Key) -> Stored:
        found = self.store.get(kind, key)
        if found is None:
            raise Refused(gone(kind, key))
        return found

    # -- creating ------------------------------------------------------------------------------------------------------

    def create(self, manifest: Object, by: str) -> Stored:
        """A POST."""
        kind, key = text(manifest, "kind"), key_of(manifest)
        if key[1] and self.store.get(kind, key) is not None:
            raise Refused(exists(kind, key[1]))
        outcome = self._server.create(manifest).lenient
        if outcome.refusal is not None:
            raise Refused(self._named(outcome.refusal, manifest))
        return self._add(_accepted(outcome), manifest, by)

    def _named(self, refusal: Refusal, asked: Object) -> Refusal:
        """A refusal with the name that the object would have had, which is another each time."""
        prefix = text(asked, "metadata", "generateName")
        if not prefix or text(asked, "metadata", "name"):
            return refusal
        name = f"{prefix}{self._suffixes.next()}"
        self.unborn[name] = prefix
        return replace(refusal, message=refusal.message.replace(f"{prefix}<random>", name))

    def create_plain(self, manifest: Object, by: str) -> Stored:
        """A POST of an object that needs no admission: events and controllers' own records."""
        kind, key = text(manifest, "kind"), key_of(manifest)
        if self.store.get(kind, key) is not None:
            raise Refused(exists(kind, key[1]))
        namespace = self.store.get("Namespace", ("", key[0]))
        if namespace is not None and namespace.deleting:
            raise Refused(ending(kind, key))
        return self._add(deepcopy(manifest), manifest, by)

    def _add(self, admitted: Object, asked: Object, by: str) -> Stored:
        metadata = part(admitted, "metadata")
        uid = self._uid()
        generated = text(asked, "metadata", "generateName")
        if generated and not text(asked, "metadata", "name"):
            metadata["name"] = self._suffixes.named(generated)
        admitted = self._spelled_out(admitted, uid)
        metadata = part(admitted, "metadata")
        metadata["uid"] = uid
        metadata["creationTimestamp"] = stamp(self._loop.now)
        for quota in charged(self.store.all("ResourceQuota", text(metadata, "namespace")), admitted):
            self.store.put(quota, "kube-apiserver")
        return self.store.put(admitted, by)

    def _uid(self) -> str:
        self._uids += 1
        return f"00000000-0000-4000-8000-{self._uids:012x}"

    # -- changing ------------------------------------------------------------------------------------------------------

    def update(self, manifest: Object, by: str) -> Stored:
        """A PUT by a controller: metadata and spec; the status stays."""
        live = self.live(manifest)
        new = {**manifest}
        new.pop("status", None)
        if "status" in live.manifest:
            new["status"] = live.manifest["status"]
        return self._replace(live, new, by)

    def update_status(self, manifest: Object, by: str) -> Stored:
        """A PUT of the status subresource: status and annotations; the rest stays."""
        live = self.live(manifest)
        metadata = {**obj(live.manifest, "metadata")}
        annotations = obj(manifest, "metadata").get("annotations")
        if annotations:
            metadata["annotations"] = annotations
        new = {**live.manifest, "metadata": metadata, "status": manifest.get("status")}
        return self.store.put(new, by)

    def patch(self, kind: str, key: Key, body: Object, by: str, *, admitted: bool = False) -> Stored:
        """A strategic merge patch; `admitted` patches go through validation, as a user's do."""
        live = self.get(kind, key)
        schema = self._catalogue.lookup(live.api_version, kind)
        new = patched(live.manifest, body, schema)
        if admitted:
            new = self._revised(new, live)
        return self._replace(live, new, by)

    def apply(self, manifest: Object, by: str) -> Stored:
        """`kubectl apply`: create the object, or bring the stored one to what is written."""
        kind, key = text(manifest, "kind"), key_of(manifest)
        before = self._applied.get((kind, key), manifest)
        live = self.store.get(kind, key)
        if live is None:
            created = self.create(manifest, by)
            self._applied[kind, created.key] = manifest
            return created
        schema = self._catalogue.lookup(live.api_version, kind)
        new = self._revised(applied(live.manifest, before, manifest, schema), live)
        self._applied[kind, key] = manifest
        return self._replace(live, new, by)

    def set_status(self, kind: str, key: Key, change: Callable[[Object], None], by: str) -> Stored:
        """Change a status, whatever revision it has: a merge patch of the status subresource."""
        live = self.get(kind, key)
        status = deepcopy(live.status)
        change(status)
        return self.store.put(live.with_status(status), by)

    def bind(self, key: Key, change: Callable[[Object], None], by: str) -> Stored:
        """The binding subresource of a pod."""
        live = self.get("Pod", key)
        if live.deleting or text(live.spec, "nodeName"):
            raise Refused(conflict("Pod", key[1]))
        draft = live.draft()
        change(draft)
        return self.store.put(draft, by)

    def _revised(self, manifest: Object, live: Stored) -> Object:
        """The new version of an object as the server would store it, after admission and validation."""
        return self._spelled_out(_accepted(self._server.update(deepcopy(manifest), live.manifest)), live.uid)

    def _spelled_out(self, manifest: Object, uid: str) -> Object:
        """The object with real values where the answer of a dry request has words for them."""
        whole = known(manifest, uid)
        return self._allocator.fill(whole) if text(manifest, "kind") == "Service" else whole

    def live(self, manifest: Object) -> Stored:
        """The stored object that a manifest is a new version of; a stale `resourceVersion` is refused."""
        kind, key = text(manifest, "kind"), key_of(manifest)
        live = self.get(kind, key)
        stale = text(manifest, "metadata", "resourceVersion")
        if stale and stale != str(live.revision):
            raise Refused(conflict(kind, key[1]))
        return live

    def _replace(self, live: Stored, manifest: Object, by: str) -> Stored:
        metadata = {**obj(manifest, "metadata")}
        kept = obj(live.manifest, "metadata")
        for field in _SERVER_SET:
            metadata.pop(field, None)
            if field in kept:
                metadata[field] = kept[field]
        if live.generation and _generation_counts(live, manifest):
            metadata["generation"] = live.generation + 1
        new = {**manifest, "metadata": metadata}
        if is_finished(Stored(new)):
            self.store.remove(live, by)
            return live
        return self.store.put(new, by)

    # -- deleting ------------------------------------------------------------------------------------------------------

    def delete(
        self,
        kind: str,
        key: Key,
        by: str,
        *,
        propagation: Propagation = Propagation.BACKGROUND,
        grace: int | None = None,
        uid: str = "",
    ) -> Stored:
        """A DELETE. The object is gone at once, unless it has finalizers or is a pod that still runs."""
        live = self.get(kind, key)
        if uid and uid != live.uid:
            raise Refused(conflict(kind, key[1]))
        draft = live.draft()
        metadata = part(draft, "metadata")
        propagate(metadata, propagation)
        seconds = grace_of(live, grace)
        if not live.deleting or seconds < (seconds_left(live) or 0):
            if not live.deleting:
                metadata["deletionTimestamp"] = stamp(self._loop.now + seconds)
                if live.generation:
                    metadata["generation"] = live.generation + 1
            metadata["deletionGracePeriodSeconds"] = seconds
        if kind == "Namespace":
            part(draft, "status")["phase"] = "Terminating"
        stays = bool(texts(metadata, "finalizers")) or seconds > 0 or bool(texts(obj(draft, "spec"), "finalizers"))
        marked = kind == "Pod" or live.deleting
        if stays or (marked and seconds_left(live) != seconds):
            live = self.store.put(draft, by)
        if not stays:
            self.store.remove(live, by)
        return live


def _accepted(outcome: Outcome) -> Object:
    if outcome.manifest is None:
        assert outcome.refusal is not None
        raise Refused(outcome.refusal)
    return outcome.manifest


def _generation_counts(live: Stored, new: Object) -> bool:
    """Whether an update asks for something else: another spec, and for a Deployment also other annotations."""
    if live.kind == "Deployment" and obj(new, "metadata").get("annotations") != obj(live.manifest, "metadata").get(
        "annotations"
    ):
        return True
    return new.get("spec") != live.manifest.get("spec")
