"""What components and properties can get wrong, and how they are told so."""

from __future__ import annotations

import pytest

from kspec.elaborate.behaviour.audit import audit
from kspec.elaborate.load import load

HERE = "pods.on(n) in Ready"
LEAST = "forall m in nodes: count(pods.on(n)) <= count(pods.on(m))"
BASE = """
cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
deployment web { replicas: 3  container app { image: "web:1" } }
"""


def mistakes(text: str) -> list[str]:
    loaded = load(["-"], stdin=BASE + text)
    assert loaded.design is not None, [(d.message, d.span) for d in loaded.diagnostics]
    return [d.message for d in audit(loaded.design).sorted()]


def component(body: str, head: str = "mine") -> str:
    return f"component {head} {{\n{body}\n}}\ninvariant asked: always web.available >= 0\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (component("action a(p: pods in Ready, q: pods in Ready) { p.phase := NotReady }"), "binds one node, and q"),
        (
            component("action a(n: Node, p: pods in Ready) when n.ready { p.phase := NotReady }"),
            "binds one node, and p",
        ),
        (component("state { x: 0..3 = 0 }  action a when mine.x < 3 { x := 1  x := 2 }"), "x is written twice"),
        (
            component("state { x: 0.. = 0  y: 0.. = 0 }  action a when mine.x * mine.y > 3 { x += 1  y += 1 }"),
            "a product of two numbers that both change is not linear",
        ),
        (
            component(f"action a(n: Node, p: {HERE}, q: {HERE}) {{ p.phase := NotReady  q.phase := NotReady }}"),
            "moves one pod",
        ),
        (component("action a when colour == 3 { }"), "nothing here is called colour"),
        (component("action a when web.colour == 3 { }"), "has no colour"),
        (component("action a(p: pods in Sleeping) { remove p }"), "Sleeping is no phase"),
        (component("action a(p: pods in Ready) { p.phase := Asleep }"), "Asleep is no phase"),
        (component("action a { do frobnicate(web) }"), "there is no procedure frobnicate"),
        (component("state { x: 0..3 = 0 }  action a when mine.x { x := 1 }"), "expected a truth value, found a number"),
        (
            component("state { mood: {Good, Bad} = Good }  action a when mine.mood == Ugly { mood := Bad }"),
            "Ugly is none of Good, Bad",
        ),
        (
            component("state { mood: {Good, Bad} = Good }  action a when mine.mood == Good { mood := Ugly }"),
            "expected one of Good, Bad",
        ),
        (
            component(f"action a(n: Node) when ({LEAST}) {{ n.ready := false }}"),
            "looks at another",
        ),
        (component("action a { new pod(web) in Ready }"), "a pod in Ready is on a node, and none is given"),
        ("invariant asked: web.available >= 2 leads_to within 5m web.available >= 3\n", "not supported yet"),
        ("invariant asked: web.available >= 2 until web.available >= 3\n", "not supported yet"),
        ("invariant asked: always count(p in pods where p.owner == 2) == 0\n", "are never equal"),
        ("goal asked: eventually web.available >= 2\n", "not supported yet"),
        (
            "invariant asked: always web.available >= 2 under explode(web)\n",
            "no component knows the disturbance explode",
        ),
        (
            "invariant asked: always web.available >= 2 under rollout(any node)\n",
            "nothing can be disturbed by rollout in this way",
        ),
        ("invariant asked: always shop.available >= 2\n", "nothing here is called shop"),
    ],
)
def test_a_mistake_is_told_in_words_of_the_language(text: str, message: str) -> None:
    found = mistakes(text)
    assert any(message in line for line in found), found


def test_state_that_nobody_reads_is_a_warning() -> None:
    declared = "state { seen: 0.. = 0  idle: bool = false }"
    text = component(declared + "  action a(p: pods in Pending) when mine.seen < 3 { seen += 1  remove p }")
    assert mistakes(text) == ["nobody reads idle of mine"]


def test_every_mistake_of_a_run_is_reported_not_only_the_first() -> None:
    text = component("action a when colour == 3 { }\naction b when taste == 3 { }") + component(
        "action c when sound { }", "other"
    )
    assert (
        len([line for line in mistakes(text.replace("invariant asked", "invariant again", 1)) if "is called" in line])
        >= 2
    )


def test_the_models_themselves_have_none() -> None:
    under = "rollout(web), drain(any node), loss(1 node)"
    assert mistakes(f"invariant asked: always web.available >= 0 under {under}\n") == []
