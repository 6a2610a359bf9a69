"""The API server: requests against the store, with admission, defaults and validation.

Requests of users and creations of pods go through `kspec.api`; what controllers write into their own objects is taken
as it is, but a stale `resourceVersion` is refused.

Upstream: staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go, pkg/registry/apps/deployment/strategy.go,
pkg/registry/core/pod/strategy.go, staging/src/k8s.io/apiserver/pkg/registry/rest/delete.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from enum import Enum

from kspec.api.admission.chain import ENDING_NAMESPACE
from kspec.api.admission.cluster import Cluster
from kspec.api.admission.placeholders import RANDOM
from kspec.api.admission.refusal import Refusal, Refused, not_found, qualified
from kspec.api.apply import applied
from kspec.api.fields import obj, text, texts
from kspec.api.schema import DEFAULT_VERSION, Catalogue, load
from kspec.api.server import Outcome, Server
from kspec.cluster.allocation import Allocator
from kspec.cluster.loop import Loop
from kspec.cluster.moments import stamp
from kspec.cluster.patch import patched
from kspec.cluster.quota import charged
from kspec.cluster.store import Store
from kspec.cluster.stored import Key, Stored, part
from kspec.domain.kinds import KINDS
from kspec.source.tree import Json, Object

_SUFFIX = "bcdfghjklmnpqrstvwxz2456789"
"""The letters of generated names (upstream `rand.SafeEncodeString`)."""
_SUFFIX_LENGTH = 5
_SERVER_SET = (
    "uid",
    "creationTimestamp",
    "resourceVersion",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
)
FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"


class Propagation(Enum):
    """What becomes of the dependents of a deleted object."""

    BACKGROUND = "Background"
    FOREGROUND = "Foreground"
    ORPHAN = "Orphan"


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
        self._suffixes = 0
        self.unborn: dict[str, str] = {}
        """The names of objects that were refused, with the prefix they were made from."""

    # -- reading -------------------------------------------------------------------------------------------------------

    def get(self, kind: str, key: Key) -> Stored:
        found = self.store.get(kind, key)
        if found is None:
            raise Refused(_gone(kind, key))
        return found

    # -- creating ------------------------------------------------------------------------------------------------------

    def create(self, manifest: Object, by: str) -> Stored:
        """A POST."""
        kind, key = text(manifest, "kind"), _key(manifest)
        if key[1] and self.store.get(kind, key) is not None:
            raise Refused(_exists(kind, key[1]))
        outcome = self._server.create(manifest).lenient
        if outcome.refusal is not None:
            raise Refused(self._named(outcome.refusal, manifest))
        return self._add(_accepted(outcome), manifest, by)

    def _named(self, refusal: Refusal, asked: Object) -> Refusal:
        """A refusal with the name that the object would have had, which is another each time."""
        prefix = text(asked, "metadata", "generateName")
        if not prefix or text(asked, "metadata", "name"):
            return refusal
        name = f"{prefix}{self._suffix()}"
        self.unborn[name] = prefix
        return replace(refusal, message=refusal.message.replace(f"{prefix}<random>", name))

    def create_plain(self, manifest: Object, by: str) -> Stored:
        """A POST of an object that needs no admission: events and controllers' own records."""
        kind, key = text(manifest, "kind"), _key(manifest)
        if self.store.get(kind, key) is not None:
            raise Refused(_exists(kind, key[1]))
        namespace = self.store.get("Namespace", ("", key[0]))
        if namespace is not None and namespace.deleting:
            raise Refused(_ending(kind, key))
        return self._add(deepcopy(manifest), manifest, by)

    def _add(self, admitted: Object, asked: Object, by: str) -> Stored:
        metadata = part(admitted, "metadata")
        uid = self._uid()
        generated = text(asked, "metadata", "generateName")
        if generated and not text(asked, "metadata", "name"):
            metadata["name"] = f"{generated[: 63 - _SUFFIX_LENGTH]}{self._suffix()}"
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

    def _suffix(self) -> str:
        """The ending of the next generated name: different each time, and in no order that means anything."""
        self._suffixes += 1
        number, size = self._suffixes * 7_654_321 % len(_SUFFIX) ** _SUFFIX_LENGTH, len(_SUFFIX)
        return "".join(_SUFFIX[number // size**place % size] for place in range(_SUFFIX_LENGTH))

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
        kind, key = text(manifest, "kind"), _key(manifest)
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
            raise Refused(_conflict("Pod", key[1]))
        draft = live.draft()
        change(draft)
        return self.store.put(draft, by)

    def _revised(self, manifest: Object, live: Stored) -> Object:
        """The new version of an object as the server would store it, after admission and validation."""
        return self._spelled_out(_accepted(self._server.update(deepcopy(manifest), live.manifest)), live.uid)

    def _spelled_out(self, manifest: Object, uid: str) -> Object:
        """The object with real values where the answer of a dry request has words for them."""
        known = _known(manifest, uid)
        return self._allocator.fill(known) if text(manifest, "kind") == "Service" else known

    def live(self, manifest: Object) -> Stored:
        """The stored object that a manifest is a new version of; a stale `resourceVersion` is refused."""
        kind, key = text(manifest, "kind"), _key(manifest)
        live = self.get(kind, key)
        stale = text(manifest, "metadata", "resourceVersion")
        if stale and stale != str(live.revision):
            raise Refused(_conflict(kind, key[1]))
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
        if _finished(Stored(new)):
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
            raise Refused(_conflict(kind, key[1]))
        draft = live.draft()
        metadata = part(draft, "metadata")
        _propagate(metadata, propagation)
        seconds = _grace(live, grace)
        if not live.deleting or seconds < (_seconds_left(live) or 0):
            if not live.deleting:
                metadata["deletionTimestamp"] = stamp(self._loop.now + seconds)
                if live.generation:
                    metadata["generation"] = live.generation + 1
            metadata["deletionGracePeriodSeconds"] = seconds
        if kind == "Namespace":
            part(draft, "status")["phase"] = "Terminating"
        stays = bool(texts(metadata, "finalizers")) or seconds > 0 or bool(texts(obj(draft, "spec"), "finalizers"))
        marked = kind == "Pod" or live.deleting
        if stays or (marked and _seconds_left(live) != seconds):
            live = self.store.put(draft, by)
        if not stays:
            self.store.remove(live, by)
        return live


class Standing(Cluster):
    """What admission looks up: the store, and what a fresh cluster starts with."""

    def __init__(self, store: Store) -> None:
        self._store = store
        super().__init__()

    def get(self, kind: str, namespace: str, name: str) -> Object | None:
        found = self._store.get(kind, (namespace, name))
        return found.manifest if found is not None else super().get(kind, namespace, name)

    def all(self, kind: str, namespace: str | None = None) -> Iterator[Object]:
        live = sorted(self._store.all(kind, namespace), key=lambda s: s.key)
        yield from (stored.manifest for stored in live)
        keys = {stored.key for stored in live}
        for manifest in super().all(kind, namespace):
            if _key(manifest) not in keys:
                yield manifest


_PLURALS = {k.kind: qualified(k.plural, k.group) for k in reversed(KINDS)}


def resource_name(kind: str) -> str:
    """A kind as messages name it: `jobs.batch`."""
    return _PLURALS.get(kind, kind.lower())


def _gone(kind: str, key: Key) -> Refusal:
    plural, _, group = _PLURALS.get(kind, kind.lower()).partition(".")
    return not_found(plural, key[1], group)


def _exists(kind: str, name: str) -> Refusal:
    return Refusal(409, "AlreadyExists", f'{_PLURALS.get(kind, kind.lower())} "{name}" already exists')


def _ending(kind: str, key: Key) -> Refusal:
    why = f"unable to create new content in namespace {key[0]} {ENDING_NAMESPACE}"
    return Refusal(403, "Forbidden", f'{_PLURALS.get(kind, kind.lower())} "{key[1]}" is forbidden: {why}')


def _conflict(kind: str, name: str) -> Refusal:
    said = "the object has been modified; please apply your changes to the latest version and try again"
    return Refusal(409, "Conflict", f'Operation cannot be fulfilled on {_PLURALS.get(kind, kind)} "{name}": {said}')


def _key(manifest: Object) -> Key:
    return text(manifest, "metadata", "namespace"), text(manifest, "metadata", "name")


def _accepted(outcome: Outcome) -> Object:
    if outcome.manifest is None:
        assert outcome.refusal is not None
        raise Refused(outcome.refusal)
    return outcome.manifest


def _known(value: Object, uid: str) -> Object:
    """The object with its uid and a random part where the answer of a dry request has words for them."""
    known = _spelled(value, {"<uid>": uid, "<random>": RANDOM})
    assert isinstance(known, dict)
    return known


def _spelled(value: Json, words: dict[str, str]) -> Json:
    match value:
        case str() if value.endswith(">"):
            for word, spelled in words.items():
                value = value.replace(word, spelled)
            return value
        case dict():
            return {name: _spelled(item, words) for name, item in value.items()}
        case list():
            return [_spelled(item, words) for item in value]
        case _:
            return value


def _generation_counts(live: Stored, new: Object) -> bool:
    """Whether an update asks for something else: another spec, and for a Deployment also other annotations."""
    if live.kind == "Deployment" and obj(new, "metadata").get("annotations") != obj(live.manifest, "metadata").get(
        "annotations"
    ):
        return True
    return new.get("spec") != live.manifest.get("spec")


def _finished(stored: Stored) -> bool:
    """Whether nothing keeps an object any more whose deletion was requested."""
    if not stored.deleting or stored.finalizers or texts(stored.spec, "finalizers"):
        return False
    return stored.kind != "Pod" or not _seconds_left(stored)


def _propagate(metadata: Object, propagation: Propagation) -> None:
    wanted = {Propagation.FOREGROUND: FOREGROUND, Propagation.ORPHAN: ORPHAN}.get(propagation)
    kept: list[Json] = [f for f in texts(metadata, "finalizers") if f not in (FOREGROUND, ORPHAN)]
    finalizers = [*kept, wanted] if wanted else kept
    if finalizers:
        metadata["finalizers"] = finalizers
    else:
        metadata.pop("finalizers", None)


def _grace(live: Stored, asked: int | None) -> int:
    """The seconds a pod has to end; other objects, and pods that do not run, have none."""
    if live.kind != "Pod":
        return 0
    if not text(live.spec, "nodeName") or text(live.status, "phase") in ("Succeeded", "Failed"):
        return 0
    usual = live.spec.get("terminationGracePeriodSeconds")
    return asked if asked is not None else usual if isinstance(usual, int) else 30


def _seconds_left(live: Stored) -> int | None:
    left = obj(live.manifest, "metadata").get("deletionGracePeriodSeconds")
    return left if isinstance(left, int) else None
