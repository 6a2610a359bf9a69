"""The short forms: (struct, field) -> form. Their counterparts are in `kspec.elaborate.shorthand`."""

from kspec.emit.language.forms import container, network, placement, pod, scaling
from kspec.emit.language.writer import Forms

FORMS: Forms = {**container.FORMS, **pod.FORMS, **placement.FORMS, **network.FORMS, **scaling.FORMS}

__all__ = ["FORMS"]
