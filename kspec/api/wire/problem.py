"""What goes wrong while JSON is read into a type.

The words are those of Go's decoder: staging/src/k8s.io/apimachinery/pkg/runtime/serializer/json/json.go (v1.36) and
sigs.k8s.io/json. A mismatch stops the request; unknown fields only under strict field validation.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kspec.source.tree import Path


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A value that does not fit its field. `message` is complete."""

    path: Path
    message: str


@dataclass
class Reading:
    """The state of one decoding: where it is, the first mismatch, and every unknown field."""

    mismatch: Mismatch | None = None
    unknown: list[Path] = field(default_factory=list)
    stack: list[str | int] = field(default_factory=list)
    owner: str = ""

    def fail(self, message: str) -> None:
        """Record a mismatch whose words are already complete; only the first counts."""
        if self.mismatch is None:
            self.mismatch = Mismatch(tuple(self.stack), message)

    def expected(self, found: str, wanted: str) -> None:
        """Record that a JSON value of one sort stands where a Go type of another is wanted."""
        names = ".".join(part for part in self.stack if isinstance(part, str))
        place = f"Go struct field {self.owner}.{names}" if names else "Go value"
        self.fail(f"json: cannot unmarshal {found} into {place} of type {wanted}")


def field_text(path: Path) -> str:
    """`spec.rules[0].host`, as the decoder prints a path."""
    out = ""
    for part in path:
        out += f"[{part}]" if isinstance(part, int) else (f".{part}" if out else part)
    return out
