"""One verdict from many engines: the right one, told right, never a yes that is not known."""

from __future__ import annotations

import json

import pytest

from handmade.build import build
from handmade.faults import FAULTS
from handmade.mutants import mutants
from handmade.randomly import random_system
from handmade.ranges import RANGES
from handmade.readings import ask
from kspec.check.options import Engine, Options
from kspec.check.verdict import Proved, Shape, Unknown, Vacuous, Verdict, Violated, document
from kspec.check.verify import verify
from kspec.core.build import add, eq, ge, glob, gt, le, lift, lt
from kspec.core.lower.numbers import numbers
from kspec.core.lower.prefer import prefer
from kspec.core.property import Property, PropertyKind
from kspec.core.system import ActionKind, Family, System, action, integer

SHAPES = {
    "b01": Shape.STUCK,
    "b02": Shape.STUCK,
    "b04": Shape.STUCK,
    "b06": Shape.STUCK,
    "b07": Shape.STUCK,
    "b09": Shape.STUCK,
    "b10": Shape.STUCK,
    "b14": Shape.SAFETY,
    "b17": Shape.STUCK,
    "b22": Shape.STUCK,
    "b25": Shape.STUCK,
    "b31": Shape.OSCILLATION,
    "k3": Shape.STUCK,
    "k5": Shape.OSCILLATION,
    "k7": Shape.OSCILLATION,
}


def one(system: System, options: Options | None = None) -> Verdict:
    (verdict,) = verify(system, options)
    return verdict


def same(verdict: Verdict, system: System) -> bool:
    """The verdict is what an exhaustive search of the unlowered system says, without the score."""
    answer = ask(numbers(prefer(system, [Family.RANKING])))
    if isinstance(verdict, Violated):
        assert verdict.counterexample is not None
        return answer.shape.rstrip("!?") == verdict.counterexample.shape.value
    return isinstance(verdict, Proved | Vacuous) and answer.shape == "ok"


@pytest.mark.parametrize("size", [None, 4])
@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_refuted_and_their_repairs_hold(name: str, size: int | None) -> None:
    sizes = () if size is None else (size,)
    faulty, fixed = (one(build(FAULTS[name](side, *sizes))) for side in (False, True))
    assert isinstance(faulty, Violated)
    assert faulty.counterexample is not None
    assert faulty.counterexample.shape is SHAPES[name]
    assert faulty.counterexample.steps
    assert isinstance(fixed, Proved)


def test_an_oscillation_marks_its_loop_and_says_whether_there_is_a_way_out() -> None:
    verdict = one(build(FAULTS["k7"](False, 2)))
    assert isinstance(verdict, Violated)
    story = verdict.counterexample
    assert story is not None
    assert story.loop_start == 2
    assert story.inevitable is True
    assert story.steps[-1].n == len(story.steps)


def test_a_stuck_story_names_who_waits_and_for_what() -> None:
    verdict = one(build(FAULTS["b04"](False, 2)))
    assert isinstance(verdict, Violated)
    blocked = one(build(FAULTS["b09"](False, 3)))
    assert isinstance(blocked, Violated)
    assert blocked.counterexample is not None
    first = blocked.counterexample.waiting[0]
    assert first.component == "scheduler"
    assert any("min(" in condition for condition in first.conditions)


def test_what_only_the_score_prevents_is_said() -> None:
    verdict = one(build(FAULTS["k5"](True, 3)))
    assert isinstance(verdict, Proved)
    assert any("default scoring only" in remark for remark in verdict.remarks)


@pytest.mark.parametrize("name", RANGES)
def test_ranges_get_one_proof_or_the_smallest_story(name: str) -> None:
    good, bad = (one(build(RANGES[name](side))) for side in (True, False))
    assert isinstance(good, Proved)
    assert good.scope == "all sizes"
    assert good.certificate is not None
    assert all(part["lemmas"] for part in good.certificate.get("parts", [good.certificate]))
    assert isinstance(bad, Violated)
    assert bad.counterexample is not None
    assert bad.counterexample.params["replicas"] <= 2
    assert any("known by their sums only" in remark for remark in good.remarks) == (name in ("two_sizes", "over_hosts"))


def test_big_clusters_are_proved_and_refuted_without_exhaustion() -> None:
    options = Options(seconds=20, states=9_000)
    faulty, fixed = (one(build(FAULTS["b01"](side, 40)), options) for side in (False, True))
    assert isinstance(fixed, Proved)
    assert fixed.engine.startswith("induction")
    assert isinstance(faulty, Violated)


def test_a_budget_of_nothing_decides_nothing() -> None:
    for fixed in (False, True):
        verdict = one(build(FAULTS["b10"](fixed, 8)), Options(seconds=0.0, states=10))
        assert not isinstance(verdict, Proved)
        assert isinstance(verdict, Unknown)
        assert verdict.tried


@pytest.mark.parametrize("engine", [Engine.SEARCH, Engine.INDUCTION, Engine.SPACER, Engine.WALK, Engine.BMC])
def test_a_forced_engine_answers_alone_or_not_at_all(engine: Engine) -> None:
    for fixed in (False, True):
        verdict = one(build(FAULTS["b01"](fixed, 3)), Options(engine=engine, seconds=10, depth=9))
        right = Proved if fixed else Violated
        assert isinstance(verdict, right | Unknown)
        sure = {Engine.SEARCH, Engine.INDUCTION if fixed else Engine.WALK}
        assert isinstance(verdict, right) or engine not in sure


X = glob("x")


def counting(*properties: Property) -> System:
    grow = action("grow", "c", lt(X, 3), globals={"x": add(X, 1)})
    never = action("burst", "user", gt(X, 5), kind=ActionKind.ENVIRONMENT, globals={"x": lift(0)})
    actions = (grow, never) if any(p.name == "disturbed" for p in properties) else (grow,)
    return System("counting", globals=(integer("x", 0, 9),), actions=actions, properties=properties)


def test_a_premise_that_never_holds_is_vacuous() -> None:
    asked = Property("far", PropertyKind.INVARIANT, eq(X, 0), premise=gt(X, 7))
    verdict = one(counting(asked))
    assert isinstance(verdict, Vacuous)
    assert "premise" in verdict.reason


def test_a_disturbance_that_never_happens_makes_the_proof_vacuous() -> None:
    verdict = one(counting(Property("disturbed", PropertyKind.INVARIANT, le(X, 3))))
    assert isinstance(verdict, Vacuous)
    assert "burst" in verdict.reason


def test_a_witness_is_reached_or_it_is_vacuous() -> None:
    reached = one(counting(Property("three", PropertyKind.WITNESS, eq(X, 3))))
    assert isinstance(reached, Proved)
    missed = one(counting(Property("four", PropertyKind.WITNESS, eq(X, 4))))
    assert isinstance(missed, Vacuous)


def test_many_properties_get_a_verdict_each_in_order() -> None:
    asked = (
        Property("low", PropertyKind.INVARIANT, le(X, 2)),
        Property("ends", PropertyKind.GOAL, eq(X, 3)),
        Property("three", PropertyKind.WITNESS, eq(X, 3)),
    )
    verdicts = verify(counting(*asked))
    assert [v.property.name for v in verdicts] == ["low", "ends", "three"]
    assert [type(v) for v in verdicts] == [Violated, Proved, Proved]


def test_the_document_follows_the_contract() -> None:
    verdicts = [one(build(FAULTS[name](side, 2))) for name in ("b01", "k7") for side in (False, True)]
    data = json.loads(json.dumps(document(verdicts)))
    assert data["schema"] == "kspec/verify/v1"
    for entry in data["results"]:
        assert entry["verdict"] in ("proved", "violated", "unknown", "vacuous")
        assert {"property", "kind", "scope", "engine", "seconds", "certificate", "counterexample"} <= entry.keys()
        story = entry["counterexample"]
        assert (story is not None) == (entry["verdict"] == "violated")
        if story is not None:
            assert {"shape", "steps", "loopStart", "inevitable"} <= story.keys()
            assert {"n", "time", "component", "action", "object", "summary", "changes", "cause"} <= story["steps"][
                0
            ].keys()


def test_what_is_outside_the_core_is_the_builders_mistake() -> None:
    with pytest.raises(ValueError, match="outside the core"):
        verify(System("bad", actions=(action("a", "c", ge(glob("nowhere"), 0)),)))


@pytest.mark.parametrize("seed", range(120))
def test_verdicts_on_random_systems_are_those_of_an_exhaustive_search(seed: int) -> None:
    kind = PropertyKind.GOAL if seed % 2 else PropertyKind.INVARIANT
    system = random_system(seed, kind, nodes=(0, 2, 3)[seed % 3])
    assert same(one(system), system)


@pytest.mark.parametrize("name", ["b01", "b02", "b09"])
def test_verdicts_on_mutants_are_those_of_an_exhaustive_search(name: str) -> None:
    for words, mutant in list(mutants(build(FAULTS[name](True, 2))))[::7]:
        assert same(one(mutant), mutant), words


def test_adding_an_idle_place_changes_nothing() -> None:
    system = build(FAULTS["b01"](False, 2))
    more = system.but(globals=(*system.globals, integer("idle", 0, 1)))
    one_story, other = (v.counterexample for v in (one(system), one(more)) if isinstance(v, Violated))
    assert one_story == other


Y = glob("y")
WATERED = Property("watered", PropertyKind.LEADS_TO, formula=eq(Y, 2), premise=eq(X, 1))


def garden(*more: object) -> System:
    """The environment makes x 1 and takes it back; the gardener brings y to 2 while x is 1, and then rests."""
    dry = action("dry", "sun", eq(X, 0), kind=ActionKind.ENVIRONMENT, globals={"x": 1, "y": lift(0)})
    rain = action("rain", "sky", eq(X, 1), kind=ActionKind.ENVIRONMENT, globals={"x": 0})
    water = action("water", "gardener", lt(Y, 2), globals={"y": add(Y, 1)})
    return System(
        "garden",
        globals=(integer("x", 0, 1), integer("y", 0, 2, 2)),
        actions=(dry, rain, water, *more),  # type: ignore[arg-type]
        properties=(WATERED,),
    )


def test_what_is_led_to_comes() -> None:
    assert isinstance(one(garden()), Proved)
    by_proof = one(garden(), Options(engine=Engine.INDUCTION))
    assert isinstance(by_proof, Proved)
    assert by_proof.certificate is not None


def test_what_is_led_to_may_be_stuck_or_go_round() -> None:
    lazy = garden()
    lazy = lazy.but(actions=tuple(a for a in lazy.actions if a.label != "water"))
    stuck = one(lazy)
    assert isinstance(stuck, Violated)
    assert stuck.counterexample is not None
    assert stuck.counterexample.shape is Shape.STUCK
    assert [step.action for step in stuck.counterexample.steps] == ["dry"]
    thief = action("steal", "thief", eq(Y, 1), globals={"y": lift(0)})
    round_and_round = one(garden(thief))
    assert isinstance(round_and_round, Violated)
    assert round_and_round.counterexample is not None
    assert round_and_round.counterexample.shape is Shape.OSCILLATION
    assert round_and_round.counterexample.inevitable is False


def test_a_premise_that_never_holds_leads_to_nothing() -> None:
    never = garden().but(properties=(Property("never", PropertyKind.LEADS_TO, formula=eq(Y, 2), premise=gt(X, 1)),))
    assert isinstance(one(never), Vacuous)


@pytest.mark.parametrize("seed", range(40))
def test_leads_to_is_the_same_to_search_and_proof(seed: int) -> None:
    base = random_system(500 + seed, PropertyKind.GOAL, nodes=(0, 2)[seed % 2])
    (goal,) = base.properties
    asked = Property("asked", PropertyKind.LEADS_TO, goal.formula, premise=eq(X, 1))
    system = base.but(properties=(asked,))
    searched, proved = one(system, Options(engine=Engine.SEARCH)), one(system, Options(engine=Engine.INDUCTION))
    assert not isinstance(searched, Unknown)
    if isinstance(proved, Proved):
        assert not isinstance(searched, Violated)
