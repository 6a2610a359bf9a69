"""Functions of the component language that are Python: what only the design's objects can answer.

A builtin takes evaluated arguments and gives a value; a constant takes none. What can be said in the language itself is
said in `models/`.
"""

from kspec.elaborate.behaviour.builtins import (  # noqa: F401  (they register)
    facts,
    jobs,
    network,
    numbers,
    objects,
    policies,
    preemption,
    quota,
    requests,
    scheduling,
    selection,
    sets,
    storage,
    telling,
    webhooks,
)
from kspec.elaborate.behaviour.builtins.registry import BUILTINS, CONSTANTS

__all__ = ["BUILTINS", "CONSTANTS"]
