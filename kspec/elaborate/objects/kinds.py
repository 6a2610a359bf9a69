"""From the word that opens a block to the kind it means: `deployment`, `sts`, `hpa`, a custom resource."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from kspec.api.schema import Catalogue, MapSchema, ObjectSchema, Scalar, ScalarSchema, Schema
from kspec.domain.kinds import BY_KIND, KINDS
from kspec.elaborate.suggest import nearest

_STABLE = re.compile(r"v(\d+)")
_EXTRA_WORDS = {"claim": "PersistentVolumeClaim", "cron": "CronJob"}


@dataclass(frozen=True, slots=True)
class KindInfo:
    """A kind as a block may declare it. `schema` is None for a custom resource nobody defined."""

    api_version: str
    kind: str
    namespaced: bool
    schema: ObjectSchema | None = field(compare=False, repr=False)

    @property
    def group(self) -> str:
        return self.api_version.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class CustomKind:
    """What a CustomResourceDefinition says about the names of its kind."""

    api_version: str
    kind: str
    namespaced: bool
    words: tuple[str, ...] = ()


_COUNT = ScalarSchema(type=Scalar.INTEGER, bits=32)
_TEXTS = MapSchema(values=ScalarSchema(type=Scalar.STRING))


def node_pool(catalogue: Catalogue) -> KindInfo:
    """kspec's own kind: a set of equal nodes. Its shape is that of `kspec.domain.node.NodePool`."""
    fields: dict[str, Schema] = {
        "name": ScalarSchema(type=Scalar.STRING),
        "zone": ScalarSchema(type=Scalar.STRING),
        "region": ScalarSchema(type=Scalar.STRING),
        "count": ObjectSchema(name="kspec.Count", fields={"low": _COUNT, "high": _COUNT}),
        "machine": MapSchema(values=ScalarSchema(type=Scalar.QUANTITY)),
        "reserved": MapSchema(values=ScalarSchema(type=Scalar.QUANTITY)),
        "labels": _TEXTS,
        "annotations": _TEXTS,
        "taints": catalogue.definition("io.k8s.api.core.v1.NodeSpec").fields["taints"],
        "price": ScalarSchema(type=Scalar.NUMBER),
    }
    schema = ObjectSchema(name="kspec.NodePool", fields=fields, required=frozenset({"machine"}))
    return KindInfo("kspec", "NodePool", False, schema)


class Kinds:
    """The words of one Kubernetes version, with the custom kinds of the design."""

    def __init__(self, catalogue: Catalogue, custom: Iterable[CustomKind] = ()) -> None:
        self.catalogue = catalogue
        self._custom = {(c.api_version, c.kind): c for c in custom}
        self._words: dict[str, tuple[str, str]] = {}
        for api_version, kind in sorted(catalogue.kinds(), key=_preference):
            self._words.setdefault(kind.lower(), (api_version, kind))
        for known in reversed(KINDS):
            for word in (known.plural, *known.short):
                self._words[word] = (known.api_version, known.kind)
        for name, own in self._custom.items():
            for word in own.words:
                self._words.setdefault(word, name)
        for word, kind in _EXTRA_WORDS.items():
            self._words[word] = self._words[kind.lower()]
        self._pool = node_pool(catalogue)

    def by_word(self, word: str) -> KindInfo | None:
        """The kind of a block's word or of `kind/name`, in any case."""
        if word == "nodepool":
            return self._pool
        name = self._words.get(word) or self._words.get(word.lower())
        return self.by_name(*name) if name else None

    def by_name(self, api_version: str, kind: str) -> KindInfo:
        """The kind of `apiVersion` and `kind`, known or not."""
        schema = self.catalogue.lookup(api_version, kind)
        return KindInfo(api_version, kind, self.namespaced(api_version, kind), schema)

    def namespaced(self, api_version: str, kind: str) -> bool:
        """Whether objects of a kind live in namespaces; so it is taken of a kind that nobody defined."""
        known = BY_KIND.get((api_version, kind))
        if known is not None:
            return known.namespaced
        group = api_version.rpartition("/")[0]
        same = next((k for k in KINDS if (k.group, k.kind) == (group, kind)), None)
        if same is not None:
            return same.namespaced
        own = self._custom.get((api_version, kind))
        return own.namespaced if own is not None else kind not in _CLUSTER_SCOPED

    def is_kind(self, text: str) -> bool:
        """Whether a text is the name of a kind: `Deployment`, `ClusterIssuer`."""
        found = self._words.get(text.lower())
        return found is not None and found[1] == text

    def nearest(self, word: str, more: Iterable[str] = ()) -> str | None:
        """The word that was most likely meant."""
        return nearest(word, (*self._words, "nodepool", *more))


_CLUSTER_SCOPED = frozenset(
    {
        "CertificateSigningRequest",
        "ClusterTrustBundle",
        "ComponentStatus",
        "DeviceClass",
        "DeviceTaintRule",
        "FlowSchema",
        "IPAddress",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "PriorityLevelConfiguration",
        "ResourceSlice",
        "SelfSubjectAccessReview",
        "SelfSubjectReview",
        "SelfSubjectRulesReview",
        "ServiceCIDR",
        "StorageVersion",
        "StorageVersionMigration",
        "SubjectAccessReview",
        "TokenReview",
        "VolumeAttachment",
        "VolumeAttributesClass",
    }
)
"""Cluster-scoped kinds of v1.36 that `kspec.domain.kinds` does not list."""


def _preference(name: tuple[str, str]) -> tuple[bool, bool, int, str, str]:
    """The order in which a kind's versions are preferred: kspec's own table, then stable ones, then newer ones."""
    api_version, kind = name
    version = api_version.rpartition("/")[2]
    stable = _STABLE.fullmatch(version)
    return name not in BY_KIND, stable is None, -int(stable[1]) if stable else 0, api_version, kind
