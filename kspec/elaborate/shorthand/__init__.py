"""The short forms, each in the room of what it writes; all of them together are `FORMS`."""

from kspec.elaborate.objects.forms import Forms
from kspec.elaborate.shorthand import (
    autoscaler,
    claims,
    env,
    ingress,
    labels,
    networkpolicy,
    placement,
    ports,
    probes,
    resources,
    targets,
    volumes,
)

FORMS: Forms = {
    **env.FORMS,
    **ports.FORMS,
    **resources.FORMS,
    **probes.FORMS,
    **volumes.FORMS,
    **claims.FORMS,
    **labels.FORMS,
    **placement.FORMS,
    **targets.FORMS,
    **autoscaler.FORMS,
    **ingress.FORMS,
    **networkpolicy.FORMS,
}
"""(struct, word) -> form."""

__all__ = ["FORMS"]
