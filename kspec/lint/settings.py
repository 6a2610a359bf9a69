"""What a team tells the rules about its world."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Settings:
    """`external` names objects that others make: patterns `Kind/namespace/name`, or `Kind/name` for cluster scope.

    `registries` are the prefixes images may come from, `required_labels` the labels every workload must have.
    """

    external: tuple[str, ...] = ()
    registries: tuple[str, ...] = ()
    required_labels: tuple[str, ...] = ()

    def is_external(self, kind: str, namespace: str, name: str) -> bool:
        """Whether an object is declared to exist outside of the design."""
        names = (f"{kind}/{namespace}/{name}", f"{kind}/{name}")
        return any(fnmatchcase(n, pattern) for pattern in self.external for n in names)


NO_SETTINGS = Settings()
