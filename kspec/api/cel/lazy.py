"""Variables that are worked out when somebody asks for them, and once.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/cel/composition.go (v1.36).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kspec.api.cel.syntax import Node
from kspec.api.cel.values import CelError, Value

if TYPE_CHECKING:
    from kspec.api.cel.evaluate import Evaluation


@dataclass
class Lazy:
    """An expression under a name; `names` are those it sees, which may be lazy, too."""

    name: str
    node: Node
    names: dict[str, Value | Lazy]
    known: list[Value | CelError] = field(default_factory=list)

    def value(self, asking: Evaluation) -> Value:
        """Its value; the steps are counted to who asks first. Raises CelError, also the second time."""
        if not self.known:
            self.known.append(self._worked_out(asking))
        (found,) = self.known
        if isinstance(found, CelError):
            raise found
        return found

    def _worked_out(self, asking: Evaluation) -> Value | CelError:
        inner = type(asking)(dict(self.names), asking.budget, asking.used)
        try:
            return inner.value(self.node)
        except CelError as error:
            return CelError(f'composited variable "{self.name}" fails to evaluate: {error}')
        finally:
            asking.used = inner.used
