"""The door to Z3: text in, verdicts, values and cores out, within a budget."""

from fractions import Fraction

from kspec.solve.script import Script, negate
from kspec.solve.session import Engine, Session, Verdict, read_model, solve


def test_values_come_back_exactly() -> None:
    declared = "(declare-const x Real)(declare-const n Int)(declare-const p Bool)"
    text = f"{declared}(assert (= (* 3 x) (- 1)))(assert (= n (- 7)))(assert p)"
    outcome = solve(text)
    assert outcome.sat
    assert outcome.number("x") == Fraction(-1, 3) and outcome.number("n") == -7 and outcome.truth("p")
    assert outcome.number("unmentioned") == 0 and not outcome.truth("unmentioned")


def test_a_printed_model_is_read_whole() -> None:
    text = "(define-fun a () Bool\n  true)\n(define-fun b () Real\n  (- (/ 1.0 2.0)))\n(define-fun c () Int\n  5)"
    assert read_model(text) == {"a": True, "b": Fraction(-1, 2), "c": 5}


def test_a_core_names_assumptions_and_the_conversation_goes_on() -> None:
    for engine in (Engine.SIMPLEX, Engine.FINITE):
        session = Session("(declare-const p Bool)(declare-const q Bool)(declare-const r Bool)", engine=engine)
        session.add("(assert (not (and p q)))")
        assert set(session.check(["p", "q", "r"]).core) == {"p", "q"}
        assert session.check(["p", "r"]).sat


def test_the_budget_ends_work_with_unknown() -> None:
    pigeons = Script()
    for p in range(11):
        for h in range(10):
            pigeons.boolean(f"x{p}_{h}")
        pigeons.clause([f"x{p}_{h}" for h in range(10)])
    for h in range(10):
        for p in range(11):
            for q in range(p):
                pigeons.clause([negate(f"x{p}_{h}"), negate(f"x{q}_{h}")])
    outcome = solve(pigeons.text, effort=20_000)
    assert outcome.verdict is Verdict.UNKNOWN and outcome.effort >= 10_000


def test_counting_constraints_hold_under_their_guards_only() -> None:
    script = Script()
    names = [script.boolean(f"x{i}") for i in range(4)]
    guard = script.boolean("g")
    script.at_most(5, [(2 + i, name) for i, name in enumerate(names)], [guard])
    script.at_least(4, [(1, name) for name in names])
    assert solve(script.text).sat
    assert Session(script.text).check(["g"]).unsat


def test_sums_beyond_thirty_two_bits_stay_exact() -> None:
    big = 2**40 + 1
    script = Script()
    a, b = script.boolean("a"), script.boolean("b")
    script.at_most(2 * big - 1, [(big, a), (big - 1, b), (3, script.boolean("c"))])
    script.clause([a])
    script.clause([b])
    assert solve(script.text).sat
    script.clause(["c"])
    assert solve(script.text).unsat
