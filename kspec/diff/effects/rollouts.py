"""Rollouts that the change begins and that can never finish."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from kspec.cache import Store
from kspec.check.design import verify_design
from kspec.check.options import Options
from kspec.check.verdict import Unknown, Violated
from kspec.diff.rules import STUCK
from kspec.elaborate.behaviour.standard import standard_properties
from kspec.elaborate.design import Design
from kspec.lint.index import Index
from kspec.lint.rule import all_rules, within
from kspec.lint.sources import PodSource
from kspec.run.trace import Step
from kspec.source.diagnostic import Diagnostic

_ON_PAPER = ("KS3034", "KS4009")
"""Rules that find such rollouts without looking at nodes."""


def stuck_rollouts(
    design: Design,
    index: Index,
    restarted: Iterable[PodSource],
    budget: float,
    store: Store,
    say: Callable[[str], None],
    notes: list[str],
) -> Iterator[Diagnostic]:
    """A finding for each workload whose new pods never all come; what is not known is a note.

    On the nodes of the design all is model-checked; without nodes only what is wrong on paper is found.
    """
    workloads = {f"finishes({pods.namespace}/{pods.resource.name})": pods for pods in restarted}
    if not workloads:
        return
    if not design.cluster.nodes and not design.cluster.pools:
        notes.append("whether rollouts finish was only looked at on paper: the design has no nodes")
        about = {str(pods.resource.ref) for pods in workloads.values()}
        for rule in all_rules():
            if rule.rule.id in _ON_PAPER:
                yield from (d for d in rule.check(index) if d.object in about)
        return
    asked = replace(design, properties=tuple(p for p in standard_properties(design) if p.name.text in workloads))
    verified = verify_design(asked, Options(seconds=budget, progress=say, store=store))
    yield from (d for d in verified.diagnostics if d.is_error)
    for verdict in verified.verdicts:
        pods = workloads[verdict.property.name]
        match verdict:
            case Violated(counterexample=story):
                found = within(STUCK, pods, ("spec",), f"{pods}: its rollout can not finish", key=True)
                yield replace(found, story=_from_the_change_on(story.steps if story is not None else ()))
            case Unknown():
                notes.append(f"whether the rollout of {pods} finishes was not decided")
            case _:
                pass


def _from_the_change_on(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """The story without how the cluster came to be."""
    begin = next((number for number, step in enumerate(steps) if step.component == "user"), 0)
    return tuple(f"{step.component}: {step.summary}" for step in steps[begin:])
