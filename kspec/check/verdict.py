"""Verdicts: what is known about a property, for which sizes, and why (contract `kspec/verify/v1`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeAlias

from kspec.core.property import Property, PropertyKind
from kspec.run.trace import Step


class Shape(Enum):
    """How a property breaks."""

    SAFETY = "safety"
    """A bad state is reached."""
    STUCK = "stuck"
    """No controller step changes anything, short of the goal."""
    OSCILLATION = "oscillation"
    """Controllers can go round for ever, short of the goal again and again."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """In a stuck state: an action that has something to do, and the conditions it waits for."""

    component: str
    action: str
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a story chose in one step of the system it was replayed on: enough to replay it again."""

    action: int
    """The action's place in the unlowered system."""
    label: str
    node: str | None


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A story in which the property breaks, replayed on named nodes and pods."""

    shape: Shape
    steps: tuple[Step, ...]
    loop_start: int | None = None
    """Oscillations: the number of the step the loop begins with; the last step closes it."""
    inevitable: bool | None = None
    """Oscillations: there is no way out of the loop."""
    params: Mapping[str, int] = field(default_factory=dict)
    """The numbers of the design it happens with."""
    waiting: tuple[Waiting, ...] = ()
    choices: tuple[Chosen, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The document of the contract."""
        return {
            "shape": self.shape.value,
            "steps": [step.to_json() for step in self.steps],
            "loopStart": self.loop_start,
            "inevitable": self.inevitable,
            "params": dict(self.params),
            "waiting": [
                {"component": w.component, "action": w.action, "conditions": list(w.conditions)} for w in self.waiting
            ],
            "choices": [{"action": c.action, "label": c.label, "node": c.node} for c in self.choices],
        }


@dataclass(frozen=True, slots=True)
class Change:
    """One value of an object or node pool (`pdb/web`) that a repair changes; `before` is None for what is new."""

    object: str
    path: str
    before: str | int | None
    after: str | int | None


@dataclass(frozen=True, slots=True)
class Repair:
    """Changes with which the property was proved."""

    description: str
    changes: tuple[Change, ...]

    def to_json(self) -> dict[str, Any]:
        """As an answer has it."""
        changes = [{"object": c.object, "path": c.path, "from": c.before, "to": c.after} for c in self.changes]
        return {"description": self.description, "changes": changes}


@dataclass(frozen=True, slots=True)
class Condition:
    """For which numbers of the design a property holds: proved where the formula holds, and it breaks elsewhere.

    That it breaks was seen in each of `broken` designs outside, none of which held; `held` designs inside were seen to
    hold before it was proved.
    """

    text: str
    formula: str
    given: str
    """Of which designs it is said, besides those that the API server accepts; empty: of all."""
    held: int
    broken: int
    engine: str
    certificate: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """As an answer has it."""
        return {
            "text": self.text,
            "formula": self.formula,
            "given": self.given or None,
            "scope": "all sizes",
            "engine": self.engine,
            "held": self.held,
            "broken": self.broken,
            "certificate": dict(self.certificate),
        }


@dataclass(frozen=True, slots=True)
class Result:
    """What all verdicts have."""

    property: Property
    scope: str
    """`all sizes`, `this design` or `depth N`, with the bounds the design itself sets."""
    engine: str
    seconds: float
    remarks: tuple[str, ...] = ()
    """What was abstracted, and what else to know."""


@dataclass(frozen=True, slots=True)
class Proved(Result):
    """It holds. `certificate` is None where the search saw every state."""

    certificate: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Violated(Result):
    """It breaks; the story has been checked twice."""

    counterexample: Counterexample | None = None
    repairs: tuple[Repair, ...] = ()
    condition: Condition | None = None
    """The exact condition under which it would hold, where one was found."""


@dataclass(frozen=True, slots=True)
class Unknown(Result):
    """Not decided within the budget: never a yes. `suspicion` is a story that may need a choice nobody makes."""

    tried: tuple[str, ...] = ()
    suspicion: Counterexample | None = None


@dataclass(frozen=True, slots=True)
class Vacuous(Result):
    """It holds because something it is about never happens."""

    reason: str = ""


Verdict: TypeAlias = Proved | Violated | Unknown | Vacuous


def to_json(verdict: Verdict) -> dict[str, Any]:
    """One entry of `results` in the contract."""
    word = {Proved: "proved", Violated: "violated", Unknown: "unknown", Vacuous: "vacuous"}[type(verdict)]
    story = None
    if isinstance(verdict, Violated):
        story = verdict.counterexample
    elif isinstance(verdict, Unknown):
        story = verdict.suspicion
    return {
        "property": verdict.property.name,
        "kind": _kind(verdict.property.kind),
        "verdict": word,
        "scope": verdict.scope,
        "engine": verdict.engine,
        "seconds": round(verdict.seconds, 3),
        "certificate": verdict.certificate if isinstance(verdict, Proved) else None,
        "counterexample": None if story is None else story.to_json(),
        "remarks": list(verdict.remarks),
        "tried": list(verdict.tried) if isinstance(verdict, Unknown) else [],
        "repairs": [repair.to_json() for repair in verdict.repairs] if isinstance(verdict, Violated) else [],
        "condition": _condition(verdict),
        "reason": verdict.reason if isinstance(verdict, Vacuous) else None,
    }


def _condition(verdict: Verdict) -> dict[str, Any] | None:
    known = verdict.condition if isinstance(verdict, Violated) else None
    return None if known is None else known.to_json()


def _kind(kind: PropertyKind) -> str:
    """What the contract calls a kind: what leads to something is a goal, too."""
    word: str = (PropertyKind.GOAL if kind is PropertyKind.LEADS_TO else kind).value
    return word


def document(verdicts: list[Verdict]) -> dict[str, Any]:
    """The whole document of the contract."""
    return {"schema": "kspec/verify/v1", "results": [to_json(verdict) for verdict in verdicts]}
