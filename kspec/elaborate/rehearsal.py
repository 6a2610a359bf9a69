"""Rehearses the environments that were not asked for: an overlay that hits nothing is a mistake on any day."""

from __future__ import annotations

from collections.abc import Mapping

from kspec.elaborate.environment import Chain, Environment, chosen
from kspec.elaborate.evaluate import Evaluator
from kspec.elaborate.evaluate.scope import Scope
from kspec.elaborate.groups import Group
from kspec.elaborate.objects.layers import Layer
from kspec.elaborate.overlays import Overlays
from kspec.source.diagnostic import Diagnostics


def apply(chain: Chain, writer: Overlays) -> None:
    """The changes of an environment and of those it extends, the base first."""
    for environment in chain:
        group = Group(Layer(f"env {environment.name}"), overlay=True)
        for part, scope in environment.parts:
            writer.declare(group, part.items, scope)
    writer.world.drop_removed()


def rehearse(known: Mapping[str, Environment], done: Chain, writer: Overlays) -> None:
    """Apply every other environment to a fork of the design, and report what is wrong with it."""
    for name, environment in known.items():
        if environment in done:
            continue
        found = Diagnostics()
        evaluator = Evaluator(found)
        fork = Overlays(found, writer.world.fork(), evaluator, writer.forms)
        fork.parameters = writer.parameters
        chain = chosen(known, name, found)
        for link in chain:
            _check_parameters(link, evaluator)
        apply(chain, fork)
        writer.diagnostics.extend(found)


def _check_parameters(environment: Environment, evaluator: Evaluator) -> None:
    """The values that an environment gives to parameters have their types."""
    for item, scope in environment.fields():
        binding = scope.find(item.path.simple or "")
        if binding is not None and binding.declaration == "param" and binding.type is not None:
            value = evaluator.evaluate(item.value, scope)
            evaluator.conform(value, binding.type, binding.scope or Scope(), f"`{binding.name}`", binding.span)
