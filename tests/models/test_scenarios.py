"""Scenarios: scripts of events, played on the simulated cluster."""

from __future__ import annotations

import pytest

from kspec.core.system import Family
from kspec.elaborate.behaviour.scenario import Script, script
from kspec.elaborate.load import load
from kspec.run.execute import Executor
from kspec.run.script import Played, play

DESIGN = """
cluster lab {
  nodepool a { zone: "a"  count: 2  machine { cpu: 4  memory: 16Gi } }
  nodepool b { zone: "b"  count: 2  machine { cpu: 4  memory: 16Gi } }
}
namespace shop {
  deployment web { replicas: 3  container app { image: "web:1"  resources { cpu: 500m } } }
  hpa web { replicas: 3..8  cpu: 50% }
  pdb web { minAvailable: 2 }
}
"""


def read(text: str) -> Script:
    design = load(["-"], stdin=DESIGN + "scenario s {" + text + "}").design
    assert design is not None
    (scenario,) = design.scenarios
    return script(design, scenario)


def played(text: str, seed: int | None = None) -> list[Played]:
    made = read(text)
    assert made.simulation.system is not None, [d.message for d in made.simulation.diagnostics]
    families = (Family.RANKING, Family.SCORE)
    return [
        play(course, Executor(made.simulation.system, made.simulation.namer, families=families), seed)
        for course in made.courses()
    ]


def missed(text: str) -> list[str]:
    return [m.message for run in played(text) for m in run.missed]


def test_expectations_are_checked_at_their_moment() -> None:
    text = "expect web.ready == 3  scale web to 5  expect web.ready == 3  wait until settled  expect web.ready == 5"
    assert missed(text) == []
    assert missed("scale web to 5  expect web.ready == 5") == ["expected web.ready == 5, and web.ready is 3"]


def test_a_missed_expectation_knows_the_steps_up_to_there() -> None:
    (run,) = played("expect web.ready == 4  fail any node")
    (miss,) = run.missed
    assert 0 < miss.step < len(run.trace.steps) and miss.span.file == "<stdin>"


def test_time_passes_and_controllers_keep_their_delays() -> None:
    (run,) = played("fail any node  wait 10s  expect web.ready == 3  wait 2m  expect web.ready < 3  wait until settled")
    assert run.missed == () and run.trace.settled
    assert run.trace.steps[-1].time >= 300


def test_events_hit_only_what_their_condition_names() -> None:
    (run,) = played('repeat 2 { fail any node where n.zone == "a" }')
    failed = [s.object.name for s in run.trace.steps if s.action == "fail"]
    assert sorted(failed) == ["a-1", "a-2"]
    (message,) = missed('repeat 3 { fail any node where n.zone == "a" }')
    assert message == "this cannot happen here"


def test_a_number_of_nodes_is_that_many_events() -> None:
    (run,) = played("fail 2 nodes")
    assert sum(s.action == "fail" for s in run.trace.steps) == 2


def test_each_course_of_a_choice_is_played() -> None:
    runs = played("choose { fail any zone  or drain any node  or cordon a-1 }  wait until settled")
    verbs = [{s.action for s in run.trace.steps} & {"fail", "drain", "cordon"} for run in runs]
    assert verbs == [{"fail"}, {"drain"}, {"cordon"}]


def test_a_rollout_brings_the_image_it_names() -> None:
    (run,) = played('rollout web { app.image: "web:2" }  wait until settled  expect web.updated && web.ready == 3')
    assert run.missed == ()
    assert any("web:2" in s.summary for s in run.trace.steps)


def test_a_load_in_percent_follows_the_target_of_the_autoscaler() -> None:
    assert missed("load web 100%  wait until settled  expect web.ready == 6") == []
    assert missed("load web 4  wait until settled  expect web.ready == 4") == []


def test_evictions_by_hand_ask_the_budget() -> None:
    (run,) = played("evict any pod  expect web.ready == 2  evict any pod")
    assert [m.message for m in run.missed] == ["this cannot happen here"]


def test_what_never_comes_about_ends_the_run() -> None:
    (run,) = played("wait until web.ready == 7  scale web to 4")
    assert [m.message for m in run.missed] == ["waits for web.ready == 7, which never comes about"]
    assert not any(s.action == "scale" and s.component == "user" for s in run.trace.steps)


def test_seeds_choose_among_nodes_and_repeat_themselves() -> None:
    hit = {
        next(s.object.name for s in played("fail any node", seed)[0].trace.steps if s.action == "fail")
        for seed in range(8)
    }
    assert len(hit) > 1
    one, two = (played("fail any node  wait until settled", 7)[0].trace for _ in range(2))
    assert one == two


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fail any nod", "nothing can be disturbed by loss in this way; did you mean `node`?"),
        ('drain any node where n.zoone == "a"', "a node has no zoone; did you mean `zone`?"),
        ("rollout wbe { }", "the design has nothing called wbe; did you mean `web`?"),
        ("expect web.availble >= 1", "a workload has no availble; did you mean `available`?"),
        ("expect web.available", "a condition is true or false, and this is a number; compare it"),
        ("repeat 0 { evict any pod }", "what is repeated 0 times never happens"),
        ("choose { }", "a choice has several courses; write `choose { ...  or ... }`"),
        ("evict web", "nothing can be disturbed by evict in this way"),
        ("rollout web { replicas: 4 }", "a rollout of a scenario changes images only"),
        ("expect nothing.ready == 1", "nothing here is called nothing"),
        ("fail any node where m.zone == 1", "nothing here is called m"),
        ("load cache 90%", "no autoscaler says what a load of 90% means for cache"),
        ("fail 2 nodes where n.zone == 1", "a condition goes with `any`"),
    ],
)
def test_mistakes_are_reported_where_they_are(text: str, message: str) -> None:
    made = read(text)
    assert made.simulation.system is None
    assert message in [m for d in made.simulation.diagnostics for m in (d.message, f"{d.message}; {d.help}")]
    assert all(d.span is not None for d in made.simulation.diagnostics)
