"""Who fights whom, where controllers go round for ever: the rule that says it best."""

from __future__ import annotations

from kspec.check.verdict import Counterexample, Shape
from kspec.cli.checking import rules
from kspec.elaborate.design import Design
from kspec.run.trace import Step
from kspec.source.diagnostic import Rule

_AUTOSCALER = "kube-controller-manager/horizontal-pod-autoscaler"
_CLUSTER_AUTOSCALER = "cluster-autoscaler"
_DESCHEDULER = "descheduler"
_EVICTION = "kube-controller-manager/taint-eviction"
_FOLLOWS = (
    "kube-controller-manager",
    "kube-scheduler",
    "kube-apiserver",
    "kubelet",
    "container-runtime",
    "kube-proxy",
    "cloud-provider",
)
"""Components that carry out what others decide."""

FIGHTS = (rules.CONTROLLER_FIGHT, rules.AUTOSCALER_FIGHT, rules.HPA_OSCILLATION, rules.LIVELOCK)


def fought(story: Counterexample | None, design: Design) -> Rule:
    """The rule for a cluster that does not come to rest."""
    if story is None or story.shape is not Shape.OSCILLATION:
        return rules.CONTROLLER_FIGHT
    loop = story.steps[(story.loop_start or 1) - 1 :]
    deciding = {step.component for step in loop if _decides(step)}
    autoscalers = {step.object for step in loop if step.component == _AUTOSCALER and _names_itself(step)}
    if deciding == {_AUTOSCALER}:
        return rules.HPA_OSCILLATION if len(autoscalers) < 2 else rules.AUTOSCALER_FIGHT
    if deciding & {_AUTOSCALER, _CLUSTER_AUTOSCALER} and deciding <= {_AUTOSCALER, _CLUSTER_AUTOSCALER, _DESCHEDULER}:
        return rules.AUTOSCALER_FIGHT
    own = {component.name.text for component in design.components}
    alone = len(deciding) == 1 and {voice.replace("-", "_") for voice in deciding} <= own
    return rules.LIVELOCK if alone else rules.CONTROLLER_FIGHT


def _decides(step: Step) -> bool:
    return step.component in (_AUTOSCALER, _EVICTION) or step.component.partition("/")[0] not in _FOLLOWS


def _names_itself(step: Step) -> bool:
    return step.object is not None and step.object.kind == "HorizontalPodAutoscaler"
