"""What was found to fit before: an edit of something that no placement looks at asks nothing anew.

Only that everything fits is remembered. A conflict is worked out again, for it points into texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from kspec.cache import Store
from kspec.cache.digest import digest
from kspec.cache.identity import identity
from kspec.cache.store import NO_STORE
from kspec.domain.expansion import Scale
from kspec.domain.node import Cluster
from kspec.domain.objects import Resource

_UNSEEN = frozenset(
    {
        "ClusterRole",
        "ClusterRoleBinding",
        "ConfigMap",
        "CustomResourceDefinition",
        "Ingress",
        "NetworkPolicy",
        "Role",
        "RoleBinding",
        "Secret",
        "Service",
        "ServiceAccount",
    }
)
"""Kinds that say nothing about where pods may run."""


class Fits(Enum):
    """A placement that is known to exist."""

    KNOWN = "known"


FITS = Fits.KNOWN


@dataclass(frozen=True)
class Fitting:
    """The question whether some objects fit on a cluster."""

    store: Store
    resources: Sequence[Resource]
    cluster: Cluster
    scale: Scale

    @cached_property
    def _key(self) -> str:
        manifests = [r.manifest for r in self.resources if r.kind not in _UNSEEN or r.builtin is None]
        return digest("fits", identity(), manifests, self.cluster.model_dump_json(), self.scale)

    @property
    def known(self) -> bool:
        """Whether it was answered with yes before."""
        return self.store is not NO_STORE and self.store.get(self._key) is not None

    def remember(self) -> None:
        """It was answered with yes."""
        if self.store is not NO_STORE:
            self.store.put(self._key, b"1")
