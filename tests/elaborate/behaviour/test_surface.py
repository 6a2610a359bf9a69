"""Words of properties: what leads to what, questions inside components, things called by their names."""

from __future__ import annotations

import pytest

from kspec.check.design import verify_design
from kspec.check.options import Options
from kspec.check.silent import silent_actions
from kspec.check.verdict import Proved, Vacuous, Verdict, Violated, to_json
from kspec.elaborate.load import load

LAB = """\
cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
namespace app {
  deployment web { replicas: 2  container app { image: "web:1"  resources { cpu: 500m } } }
  statefulset db { replicas: 2  container pg { image: "postgres:17"  resources { cpu: 500m } } }
}
"""
FAILOVER = """\
component failover(s: StatefulSet) {
  state { term: 0..3 = 0 }
  action promote when ready(s) < 2 && s.term == 0 { s.term := 1 }
  action never when s.term == 3 { s.term := 2 }
  witness promoted: term == 1
  witness thrice: term == 3
  invariant once: always term <= 1
}
"""


def asked(text: str) -> dict[str, Verdict]:
    loaded = load(["-"], stdin=LAB + text)
    assert loaded.design is not None, [d.message for d in loaded.diagnostics]
    verified = verify_design(loaded.design, Options())
    assert not verified.diagnostics.has_errors, [d.message for d in verified.diagnostics]
    return {v.property.name: v for v in verified.verdicts}


@pytest.mark.parametrize(
    ("property", "kind"),
    [
        ("invariant p: web.ready < 2 leads_to web.ready == 2 under drain(any node)", Proved),
        ("goal p: always web.ready < 2 => eventually web.ready == 2 under drain(any node)", Proved),
        ("goal p: always eventually web.ready == 2 under rollout(web)", Proved),
        ("goal p: always (web.ready < 2 leads_to web.replicas == 3) under drain(any node)", Violated),
        ("goal p: web.ready > 2 leads_to web.ready == 1", Vacuous),
    ],
)
def test_what_leads_to_what(property: str, kind: type) -> None:
    verdict = asked(property + "\n")["p"]
    assert isinstance(verdict, kind)
    assert to_json(verdict)["kind"] == "goal"


def test_properties_inside_components_see_what_the_component_sees() -> None:
    found = {name: type(verdict) for name, verdict in asked(FAILOVER).items()}
    assert found == {
        "failover.promoted(app/db)": Proved,
        "failover.thrice(app/db)": Vacuous,
        "failover.once(app/db)": Proved,
    }


def test_an_action_that_never_happens_is_named() -> None:
    design = load(["-"], stdin=LAB + FAILOVER).design
    assert design is not None
    assert [(c.name.text, a.name.text) for c, a in silent_actions(design)] == [("failover", "never")]


@pytest.mark.parametrize(
    ("property", "kind"),
    [
        ('invariant p: always count(p in pods where p.node == "general-2") <= 0', Violated),
        ('invariant p: always count(p in pods where p.owner == "web") <= 2', Proved),
        ('invariant p: always count(p in pods where p.owner == "web") <= 1', Violated),
        ("invariant p: always count(pods(web)) <= 2 under rollout(web)", Violated),
        ("invariant p: always forall z in zones: count(p in pods(web) where p.zone == z) == 0", Violated),
    ],
)
def test_things_are_called_by_their_names(property: str, kind: type) -> None:
    zoned = LAB.replace("general {", 'general { zone: "a" ')
    loaded = load(["-"], stdin=zoned + property + "\n")
    assert loaded.design is not None
    (verdict,) = verify_design(loaded.design, Options()).verdicts
    assert isinstance(verdict, kind)


def test_a_goal_breaks_where_controllers_never_rest_even_before_it_is_disturbed() -> None:
    fight = """\
component tug(d: Deployment) {
  action up when d.replicas == 2 { d.replicas := 3 }
  action down when d.replicas == 3 { d.replicas := 2 }
}
goal p: eventually always web.ready == 2 under drain(any node)
"""
    verdict = asked(fight)["p"]
    assert isinstance(verdict, Violated)
    assert verdict.counterexample is not None and verdict.counterexample.loop_start is not None
