"""Image references.

Upstream: github.com/distribution/reference, and pkg/util/parsers/parsers.go (v1.36).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Image:
    """`registry/repository:tag@digest`; the registry is empty where Docker Hub is meant."""

    repository: str
    tag: str
    digest: str

    @staticmethod
    def parse(text: str) -> Image:
        """The parts of a reference; whatever is absent is empty."""
        name, _, digest = text.partition("@")
        head, slash, last = name.rpartition("/")
        last, _, tag = last.partition(":")
        return Image(f"{head}{slash}{last}", tag, digest)

    @property
    def to_be_built(self) -> bool:
        """Whether it names code to build (`ko://github.com/...`): a tool puts the image here before anyone deploys."""
        return "://" in self.repository

    @property
    def moving(self) -> bool:
        """Whether the next pull may bring another image without anyone changing the reference."""
        return not self.to_be_built and not self.digest and self.tag in ("", "latest")

    @property
    def full_name(self) -> str:
        """The repository with its registry: `docker.io/library/web` for `web`."""
        first, slash, _ = self.repository.partition("/")
        if slash and ("." in first or ":" in first or first == "localhost"):
            return self.repository
        return f"docker.io/{self.repository}" if slash else f"docker.io/library/{self.repository}"
