"""Statements about behaviour stay syntax, with the names of the text around them filled in."""

from __future__ import annotations

from kspec.source.text import SourceFile
from kspec.syntax import nodes as n
from kspec.syntax import parse
from tests.elaborate.texts import design_of, load_text


def statements(text: str) -> tuple[n.Node, ...]:
    """What a text says, read and nothing more. Places do not count when nodes are compared."""
    file = parse(SourceFile("expected.kspec", text)).file
    assert file is not None
    return file.items


def test_parameters_lets_and_functions_are_filled_in() -> None:
    design = design_of("""
        param least: int = 2
        let window = 5m
        fn enough(n: int, of: int) -> bool = n >= of
        invariant floor: always enough(web.available, least) && any(p in pods(web) where p.ready) under rollout(web)
        goal soon: eventually within 5m web.ready == least
    """)
    assert design.properties == statements("""
        invariant floor: always web.available >= 2 && any(p in pods(web) where p.ready) under rollout(web)
        goal soon: eventually within 5m web.ready == 2
    """)


def test_what_a_statement_binds_itself_is_its_own() -> None:
    text = """
        invariant apart: always forall z in nodes: count(p in pods(db).on(z) where p.ready) <= 1
        invariant counted: always count(z for z in nodes if z.ready) > 1
    """
    assert design_of('let z = "a"\nlet p = 3\n' + text).properties == statements(text)


def test_a_module_names_its_properties_after_the_instance() -> None:
    design = design_of("""
        define served(name: Name, floor: int) {
          deployment name { container app { image: "web:1" } }
          invariant up "stays up": always name.available >= floor under rollout(name), drain(any node)
        }
        served web(floor: 2)
        served api(floor: 1)
    """)
    assert design.properties == statements("""
        invariant web-up "stays up": always web.available >= 2 under rollout(web), drain(any node)
        invariant api-up "stays up": always api.available >= 1 under rollout(api), drain(any node)
    """)


def test_a_loop_may_state_properties_of_objects() -> None:
    design = design_of("""
        for zone in ["a", "b"] {
          for w in ["web"] { namespace "n-${zone}" { } }
        }
        namespace shop {
          for w in ["web", "api"] {
            deployment w { container app { image: "x" } }
          }
          invariant all_up: always web.available >= 1
        }
    """)
    assert design.properties == statements("invariant all_up: always web.available >= 1")


def test_scenarios_and_policies_are_filled_in() -> None:
    design = design_of("""
        let tag = "1.5.0"
        let target = 3
        scenario upgrade "new image" {
          rollout web { app.image: "ghcr.io/acme/web:${tag}" }
          scale web to target
          expect web.available >= target
        }
        policy small "few replicas" { match Deployment  require spec.replicas <= target else "too many" }
    """)
    expected = statements("""
        scenario upgrade "new image" {
          rollout web { app.image: "ghcr.io/acme/web:1.5.0" }
          scale web to 3
          expect web.available >= 3
        }
        policy small "few replicas" { match Deployment  require spec.replicas <= 3 else "too many" }
    """)
    assert (*design.scenarios, *design.policies) == expected


def test_components_keep_their_own_names() -> None:
    component = """
        component failover {
          state { primary: 0..1 = 0 }
          action promote(p: pods(db)) when p.ready && primary < %s { primary := p.ordinal }
        }
    """
    design = design_of("let limit = 7\nlet primary = 3\nlet p = 4\n" + component % "limit")
    assert design.components == statements(component % "7")


def test_two_statements_of_one_name_are_a_mistake() -> None:
    loaded = load_text("invariant a: always true\ninvariant a: always true\ngoal a: eventually always true")
    assert [(d.rule.id, d.message) for d in loaded.diagnostics] == [("KS0012", "`a` is declared twice")] * 2


def test_a_name_used_in_a_statement_alone_is_used() -> None:
    loaded = load_text(
        "let least = 2\nfn ok(n: int) -> bool = n > 1\ninvariant a: always web.ready >= least && ok(web.ready)"
    )
    assert [d.rule.id for d in loaded.diagnostics] == []
