"""Proofs about some workloads of many, on sums and totals: sound, and said so."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from handmade.build import build
from handmade.design import Design, Disturbance, Pool, Workload
from handmade.mutants import mutants
from handmade.readings import ask
from kspec.check.background import Background
from kspec.check.certify import certify
from kspec.check.options import Clock, Engine, Options
from kspec.check.proving import prove
from kspec.check.reduce import reduce_system
from kspec.check.verdict import Proved
from kspec.check.verify import verify
from kspec.check.views import flat_views, parts
from kspec.core.build import add, and_, eq, ge, implies, le, local, lt, param, scale, total
from kspec.core.evaluate import Valuation, evaluate
from kspec.core.expr import Expr, Local, walk
from kspec.core.lower.numbers import numbers
from kspec.core.lower.prefer import prefer
from kspec.core.property import Property, PropertyKind
from kspec.core.system import Family, System, strewn
from kspec.core.wellformed import in_core

NODES, REPLICAS = param("nodes"), param("replicas")
ROLLOUT = (Disturbance("rollout", "web"),)


def crowd(**more: object) -> Design:
    """A rolling web among two others, on nodes of 6 CPU."""
    workloads = (
        Workload(replicas=REPLICAS, cpu=2, surge=1, unavailable=0),
        Workload("db", replicas=2, cpu=3),
        Workload("cache", replicas=1),
    )
    design = Design(
        "crowd",
        (Pool("node", NODES, cpu=6),),
        workloads,
        disturbances=ROLLOUT,
        params=(("nodes", 1), ("replicas", 1)),
        assumption=lt(add(scale(2, REPLICAS), 30), scale(5, NODES)),
    )
    return replace(design, **more)  # type: ignore[arg-type]


def web_converged(c):  # type: ignore[no-untyped-def]
    return c.converged(c.workload("web"))


def test_a_claim_about_one_workload_is_proved_without_the_pods_of_others() -> None:
    (verdict,) = verify(build(crowd(goal=web_converged)))
    assert isinstance(verdict, Proved)
    assert verdict.scope == "all sizes"
    assert any("counted only by how many there can be" in remark for remark in verdict.remarks)
    assert verdict.certificate is not None
    assert not any("db" in lemma["text"] for lemma in verdict.certificate["lemmas"])


def test_background_pods_have_a_bound_that_holds() -> None:
    system = build(crowd(goal=web_converged))
    reduced = reduce_system(system).system
    bounds = Background(reduced, Clock(30))(frozenset({"db", "cache"}))
    most = {name: evaluate(bound, Valuation()) for name, bound in bounds.items()}
    assert most["db"] >= 2
    assert 1 <= most["cache"] <= 4


def test_safety_is_proved_on_totals() -> None:
    design = crowd(invariant=lambda c: le(c.count(c.active("web")), add(c.replicas("web"), 2)))
    reduced = reduce_system(build(design)).system
    first = next(flat_views(reduced, reduced.properties[0], lambda _: {}))
    assert not any("@node" in v.name and "db" in v.name for v in first.flat.globals)
    (verdict,) = verify(build(design))
    assert isinstance(verdict, Proved)


def test_a_conjunction_falls_into_parts_by_workload() -> None:
    system = build(crowd(goal=lambda c: and_(web_converged(c), c.converged(c.workload("db")))))
    found = parts(system, system.properties[0])
    assert [p.name for p in found] == ["settles: web", "settles: db"]
    whole = system.properties[0]
    assert parts(system, replace(whole, kind=PropertyKind.LEADS_TO)) == [replace(whole, kind=PropertyKind.LEADS_TO)]


def test_views_are_in_the_core() -> None:
    for design in (crowd(goal=web_converged), crowd(invariant=lambda c: ge(c.ready("web"), 0))):
        reduced = reduce_system(build(design)).system
        for reading in flat_views(reduced, reduced.properties[0], lambda _: {}):
            assert in_core(reading.flat) == []


def small(web: Workload, *others: Workload, nodes: int = 2) -> System:
    design = Design("small", (Pool("node", nodes, cpu=4),), (web, *others), disturbances=ROLLOUT, goal=web_converged)
    return build(design)


FITS = small(Workload(replicas=2, surge=0, unavailable=1), Workload("db", replicas=1))


@pytest.mark.parametrize(("words", "mutant"), [(w, m) for w, m in list(mutants(FITS))[::19] if w[:4] != "roll"])
def test_what_a_view_proves_an_exhaustive_search_confirms(words: str, mutant: System) -> None:
    reduced = reduce_system(mutant).system
    attempt = prove(reduced, reduced.properties[0], Background(reduced, Clock(20)), Clock(20))
    if attempt.proofs:
        assert ask(numbers(prefer(mutant, [Family.RANKING]))).shape == "ok", words


def test_where_others_may_take_the_room_nothing_is_proved() -> None:
    tight = small(Workload(replicas=2, cpu=2, surge=1, unavailable=0), Workload("db", replicas=2, cpu=2))
    (verdict,) = verify(tight, Options(engine=Engine.INDUCTION))
    assert not isinstance(verdict, Proved)


def test_a_premise_outside_the_view_is_not_needed_for_what_holds_without_it() -> None:
    system = build(crowd(goal=web_converged))
    pods = system.properties[0]
    asked = Property("held", PropertyKind.INVARIANT, ge(REPLICAS, 1), premise=implies(pods.formula, eq(0, 0)))
    (verdict,) = verify(system.but(properties=(asked,)))
    assert isinstance(verdict, Proved)


def strewn_load(most: int) -> System:
    """Pods of 2 CPU on any number of nodes of 6, among load nobody places: `most` CPU at the most."""
    plain = build(crowd(goal=web_converged, workloads=(Workload(replicas=REPLICAS, cpu=2),), disturbances=()))
    load = local("load")
    actions = tuple(
        replace(a, guard=and_(a.guard, le(add(load, a_load(a)), 4))) if a.label.startswith("bind") else a
        for a in plain.actions
    )
    return plain.but(locals=(*plain.locals, strewn("load", most)), actions=actions)


def a_load(action) -> Expr:  # type: ignore[no-untyped-def]
    """What a node's own pods take."""
    places = dict.fromkeys(e for e in walk(action.guard) if isinstance(e, Local))
    return total(scale(2, place) for place in places)


def test_load_that_lies_anywhere_takes_its_room_everywhere() -> None:
    fits, crowded = (verify(strewn_load(most), Options(engine=Engine.INDUCTION))[0] for most in (20, 200))
    assert isinstance(fits, Proved)
    assert not isinstance(crowded, Proved)


@pytest.mark.parametrize("goal", [web_converged, lambda c: and_(web_converged(c), c.converged(c.workload("db")))])
def test_certificates_are_checked_against_the_system_itself(goal) -> None:  # type: ignore[no-untyped-def]
    roomy = lt(add(scale(2, REPLICAS), 60), scale(4, NODES))
    system = build(crowd(goal=goal, assumption=roomy))
    (verdict,) = verify(system)
    assert isinstance(verdict, Proved)
    assert verdict.certificate is not None
    document = json.loads(json.dumps(verdict.certificate))
    assert certify(system, "settles", document) == []
    assert certify(build(crowd(goal=goal, disturbances=())), "settles", document)
    assert certify(system, "another", document)
    first = document["parts"][0] if "parts" in document else document
    del first["lemmas"][-1]
    assert certify(system, "settles", document)
    del first["system"]
    assert certify(system, "settles", document)[0].startswith("this is not a certificate")
