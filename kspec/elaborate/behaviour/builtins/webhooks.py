"""Admission webhooks that refuse pods while nobody answers them.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kspec.domain.labels import Labels, LabelSelector
from kspec.elaborate.behaviour.builtins.registry import builtin, count_of, template_of, thing_of
from kspec.elaborate.behaviour.links import WEBHOOKS
from kspec.elaborate.behaviour.things import Thing
from kspec.elaborate.behaviour.values import Value
from kspec.source.text import Span
from kspec.source.tree import Json, Object

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator


@builtin("webhook_services")
def webhook_services(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The Services behind the webhooks of a configuration that fail closed."""
    count_of(args, 1, 1, "webhook_services", span)
    hooks = [h for h in _hooks(thing_of(args[0], span)) if _fails_closed(h)]
    return tuple(s for s in evaluator.world.of_kind("Service") if any(_is_behind(s, hook) for hook in hooks))


@builtin("webhooks_on")
def webhooks_on(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The configurations of webhooks that fail closed and are asked before a pod of this template is created."""
    count_of(args, 1, 1, "webhooks_on", span)
    template = template_of(args[0], span)
    world = evaluator.world
    space = next((t for t in world.of_kind("Namespace") if t.name == template.namespace), None)
    labels = {"kubernetes.io/metadata.name": template.namespace}
    labels |= space.resource.view.metadata.labels if space is not None else {}
    configurations = [t for kind in WEBHOOKS for t in world.of_kind(kind)]
    return tuple(
        c for c in configurations if any(_fails_closed(h) and _asked(h, labels, template.labels) for h in _hooks(c))
    )


def _fails_closed(hook: Object) -> bool:
    return hook.get("failurePolicy", "Fail") == "Fail"


def _hooks(configuration: Thing) -> Iterator[Object]:
    hooks = configuration.resource.manifest.get("webhooks")
    yield from (hook for hook in hooks if isinstance(hook, dict)) if isinstance(hooks, list) else ()


def _asked(hook: Object, namespace: Labels, labels: Labels) -> bool:
    rules = hook.get("rules")
    about = any(_about_pods(rule) for rule in rules if isinstance(rule, dict)) if isinstance(rules, list) else False
    objects = labels if isinstance(labels, dict) else {}
    return (
        about and _selects(hook.get("namespaceSelector"), namespace) and _selects(hook.get("objectSelector"), objects)
    )


def _about_pods(rule: Object) -> bool:
    resources, operations = rule.get("resources"), rule.get("operations")
    pods = isinstance(resources, list) and any(r in ("pods", "*", "*/*") for r in resources)
    return pods and isinstance(operations, list) and any(o in ("CREATE", "*") for o in operations)


def _selects(selector: Json, labels: Labels) -> bool:
    return not isinstance(selector, dict) or LabelSelector.model_validate(selector).matches(labels)


def _is_behind(service: Thing, hook: Object) -> bool:
    config = hook.get("clientConfig")
    target = config.get("service") if isinstance(config, dict) else None
    return isinstance(target, dict) and (target.get("namespace"), target.get("name")) == (
        service.namespace,
        service.name,
    )
