"""Proofs are sound, certificates stand on their own, bounded searches are shortest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handmade.build import build
from handmade.faults import FAULTS
from handmade.randomly import random_system
from handmade.ranges import RANGES, one_per_node
from handmade.readings import ask
from kspec.check.certify import certify
from kspec.check.options import Engine, Options
from kspec.check.verdict import Proved
from kspec.check.verify import verify
from kspec.core.build import add, and_, const, eq, ge, glob, le, lift, lt, not_, param, sub
from kspec.core.evaluate import Valuation, evaluate
from kspec.core.lower.constants import constants
from kspec.core.lower.flatten import enabledness, flatten
from kspec.core.lower.instantiate import instantiate
from kspec.core.lower.merge import merge_nodes
from kspec.core.lower.numbers import numbers
from kspec.core.lower.prefer import numbered, prefer
from kspec.core.lower.split import split_representatives
from kspec.core.lower.sums.maymust import many_nodes, may_must
from kspec.core.lower.sums.view import View
from kspec.core.property import Property, PropertyKind
from kspec.core.sexpr import Unreadable, read
from kspec.core.system import Family, Parameter, System, action, integer
from kspec.run.compile import compile_system
from kspec.run.search import Limits, explore
from kspec.solve.verify.bmc import shortest_story
from kspec.solve.verify.candidates import candidates, conservation_laws, frozen
from kspec.solve.verify.certificate import Certificate, claim, issue, recheck
from kspec.solve.verify.houdini import houdini, range_lemmas
from kspec.solve.verify.implied import implied
from kspec.solve.verify.kinduction import foreseen, k_inductive
from kspec.solve.verify.measures import Ranking, rank
from kspec.solve.verify.params import small_designs
from kspec.solve.verify.spacer import spacer
from kspec.solve.verify.synthesis import synthesise
from kspec.solve.verify.trim import trim


def flat_of(system: System) -> System:
    small = constants(split_representatives(numbers(prefer(numbered(system), [Family.RANKING]))))
    small = constants(merge_nodes(small))
    many = many_nodes(small)
    flat = flatten((may_must(small, View(many)) if many else None) or small)
    assert flat is not None
    return constants(flat)


def certified(flat: System) -> Certificate:
    (asked,) = flat.properties
    lemmas = houdini(flat, candidates(flat)).formulas
    ranking = rank(flat, lemmas, [term for measure in flat.measures for term in measure.terms])
    assert isinstance(ranking, Ranking)
    needed = trim(flat, lemmas, claim(flat, asked), ranking)
    assert needed is not None
    return issue(flat, asked, needed, ranking)


@pytest.fixture(scope="module")
def rollout() -> tuple[System, Certificate]:
    flat = flat_of(build(one_per_node(True)))
    return flat, certified(flat)


def test_a_rollout_finishes_for_all_sizes(rollout: tuple[System, Certificate]) -> None:
    flat, certificate = rollout
    assert {p.name for p in flat.params} == {"nodes", "replicas", "surge", "away"}
    assert recheck(flat, certificate) == []


def test_a_certificate_survives_being_written_down(rollout: tuple[System, Certificate]) -> None:
    flat, certificate = rollout
    again = Certificate.from_json(certificate.to_json())
    assert again == certificate
    assert recheck(flat, again) == []


def test_a_tampered_certificate_is_refused(rollout: tuple[System, Certificate]) -> None:
    flat, certificate = rollout
    assert certificate.ranking is not None
    lie = lt(glob(flat.globals[0].name), -1)
    assert recheck(flat, replace(certificate, lemmas=(*certificate.lemmas, lie)))
    assert recheck(flat, replace(certificate, lemmas=certificate.lemmas[:3]))
    assert recheck(flat, replace(certificate, ranking=Ranking(certificate.ranking.levels[1:])))
    assert recheck(flat, replace(certificate, property="another"))
    changed = flat.but(actions=flat.actions[1:])
    assert recheck(changed, certificate) == ["the certificate is about another system"]
    with pytest.raises(Unreadable):
        read("(le 1 2")


def test_every_needed_lemma_is_needed_to_be_inductive(rollout: tuple[System, Certificate]) -> None:
    flat, certificate = rollout
    assert len(certificate.lemmas) < len(houdini(flat, candidates(flat)).formulas) / 2


@pytest.mark.parametrize("name", ["one_per_node", "two_sizes", "over_hosts"])
def test_lemmas_hold_in_every_state_of_small_designs(name: str) -> None:
    flat = flat_of(build(RANGES[name](True)))
    lemmas = houdini(flat, candidates(flat)).formulas
    for params in small_designs(flat, 3):
        seen = explore(compile_system(instantiate(flat, params), ()), limits=Limits(120))
        for state in list(seen.parents)[::3]:
            at = Valuation(dict(zip((v.name for v in flat.globals), state[0], strict=True)), params=params)
            assert all(evaluate(lemma, at) for lemma in lemmas)


def test_what_is_false_has_no_proof() -> None:
    for name in ("one_per_node", "drained"):
        flat = flat_of(build(RANGES[name](False)))
        (asked,) = flat.properties
        lemmas = houdini(flat, candidates(flat)).formulas
        assert implied(flat, lemmas, claim(flat, asked)) is None


def test_rankings_can_be_found_instead_of_stated() -> None:
    flat = flat_of(build(FAULTS["b31"](True, 3))).but(measures=())
    lemmas = houdini(flat, candidates(flat)).formulas
    found = synthesise(flat, lemmas)
    assert found is not None
    (asked,) = flat.properties
    needed = trim(flat, lemmas, claim(flat, asked), found)
    assert needed is not None
    assert recheck(flat, issue(flat, asked, needed, found)) == []


X, Y = glob("x"), glob("y")


def test_a_clock_that_goes_round_has_no_ranking() -> None:
    turn = action("turn", "c", lt(X, 2), globals={"x": add(X, 1)})
    back = action("back", "c", eq(X, 2), globals={"x": lift(0)})
    ring = System("ring", globals=(integer("x", 0, 2),), actions=(turn, back))
    assert synthesise(ring, [ge(X, 0), le(X, 2)], seconds=3) is None


def test_what_needs_two_steps_of_memory_is_two_inductive() -> None:
    step = action("step", "c", True, globals={"x": Y, "y": add(X, 1)})
    system = System("swap", globals=(integer("x"), integer("y")), actions=(step,))
    assert k_inductive(system, ge(X, 0)) == 2
    assert k_inductive(system, le(X, 3)) is None


def test_a_proof_by_three_steps_of_memory_has_a_certificate_like_any_other() -> None:
    step = action("step", "c", True, globals={"x": Y, "y": glob("z"), "z": add(X, 1)})
    asked = Property("in_order", PropertyKind.INVARIANT, le(X, Y))
    places = (integer("x"), integer("y"), integer("z"))
    system = System("queue", globals=places, actions=(step,), properties=(asked,))
    assert k_inductive(system, asked.formula) == 3
    ahead = foreseen(system, asked.formula, 3)
    assert ahead is not None
    needed = trim(system, [*range_lemmas(system), *ahead], asked.formula, None)
    assert needed is not None
    assert recheck(system, issue(system, asked, needed, None)) == []
    assert recheck(system, issue(system, asked, ahead[:2], None))
    assert foreseen(system.but(actions=(step,) * 50), asked.formula, 3) is None


def test_spacer_finds_lemmas_that_stand_on_their_own() -> None:
    grow = action("grow", "c", lt(X, param("n")), globals={"x": add(X, 1), "y": add(Y, 1)})
    shrink = action("shrink", "c", lt(0, X), globals={"x": add(X, -1), "y": add(Y, -1)})
    asked = Property("together", PropertyKind.INVARIANT, le(Y, param("n")))
    system = System(
        "pairs",
        globals=(integer("x", -9), integer("y", -9)),
        actions=(grow, shrink),
        params=(Parameter("n", 0),),
        properties=(asked,),
    )
    found = spacer(system, asked.formula)
    assert found is not None
    assert recheck(system, issue(system, asked, found, None)) == []
    assert spacer(system, le(Y, sub(param("n"), 1))) is None
    (verdict,) = verify(system, Options(engine=Engine.SPACER))
    assert isinstance(verdict, Proved)
    assert verdict.engine == "spacer"
    assert verdict.certificate is not None
    assert certify(system, asked.name, verdict.certificate) == []


def test_conservation_laws_are_found() -> None:
    move = action("move", "c", lt(0, X), globals={"x": add(X, -1), "y": add(Y, 2)})
    system = System("moves", globals=(integer("x", init=3), integer("y")), actions=(move,))
    laws = set(conservation_laws(system))
    assert le(add(X, X, Y), const(6)) in laws


def test_what_only_the_environment_writes_is_a_condition() -> None:
    flat = flat_of(build(one_per_node(True)))
    assert {place.name for place in frozen(flat)} == {"web.revision", "todo0"}  # type: ignore[union-attr]


@pytest.mark.parametrize(("name", "length"), [("one_per_node", 7), ("under_quota", 6), ("drained", 5)])
def test_the_smallest_story_is_found_over_all_sizes(name: str, length: int) -> None:
    flat = flat_of(build(RANGES[name](False)))
    bad = and_(not_(enabledness(flat)), not_(flat.properties[0].formula))
    bound = shortest_story(flat, bad, 10, range_lemmas(flat))
    assert bound.story is not None
    assert bound.depth == length
    assert bound.story.params["replicas"] == 1


@pytest.mark.parametrize("seed", range(40))
def test_bounded_and_explicit_search_agree_on_random_systems(seed: int) -> None:
    system = flat_of(random_system(seed, PropertyKind.INVARIANT, nodes=2 if seed % 2 else 0))
    answer = ask(system)
    asked: Property = system.properties[0]
    bad = and_(asked.premise, not_(asked.formula))
    bound = shortest_story(system, bad, 8)
    if answer.shape == "safety" and answer.length <= 8:
        assert bound.story is not None
        assert bound.depth == answer.length
    else:
        assert bound.story is None


@pytest.mark.parametrize("seed", range(60))
def test_proofs_are_true_on_random_systems(seed: int) -> None:
    kind = PropertyKind.GOAL if seed % 2 else PropertyKind.INVARIANT
    system = flat_of(random_system(1000 + seed, kind, nodes=3 if seed % 3 == 0 else 0))
    lemmas = houdini(system, candidates(system)).formulas
    seen = explore(compile_system(system, ()))
    for state in seen.parents:
        at = Valuation(dict(zip((v.name for v in system.globals), state[0], strict=True)))
        assert all(evaluate(lemma, at) for lemma in lemmas)
    (asked,) = system.properties
    proved = implied(system, lemmas, claim(system, asked)) is not None
    if kind is PropertyKind.GOAL:
        proved = proved and synthesise(system, lemmas, seconds=2) is not None
    if proved:
        assert ask(system).shape == "ok"
