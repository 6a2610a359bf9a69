"""What the server says of words is about the words that there are."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from kspec.api.schema import load
from kspec.api.schema.docs import documentation
from kspec.cli.commands import lsp
from kspec.elaborate.objects.kinds import node_pool
from kspec.elaborate.shorthand import FORMS
from kspec.lsp.words import DECLARATIONS, NODE_POOL, SHORT
from kspec.source.text import SourceFile
from kspec.syntax import parse
from kspec.syntax.table import table


def test_every_short_form_has_a_page_and_every_page_a_form() -> None:
    assert set(SHORT) == set(FORMS)


@pytest.mark.parametrize(("place", "short"), SHORT.items(), ids=lambda v: ".".join(v) if isinstance(v, tuple) else "")
def test_the_example_of_a_short_form_can_be_read_and_its_block_is_a_definition(place: object, short: object) -> None:
    example = SHORT[place].example  # type: ignore[index]
    assert parse(SourceFile("t", f"x {{ {example} }}")).diagnostics == ()
    block = SHORT[place].block  # type: ignore[index]
    if block is not None and not block.startswith("["):
        assert load().definition(block).fields


def test_every_word_that_begins_a_declaration_has_a_page() -> None:
    begins = {"use", "import", "param", "let", "enum", "fn", "define", "env", "resource", "policy", "scenario"}
    begins |= {"component", "for", "if", "remove", "invariant", "goal", "witness"}
    assert begins <= set(table().words)
    assert begins <= set(DECLARATIONS)
    for word, (_, example) in DECLARATIONS.items():
        text = f"x {{ {example} }}" if word == "remove" else example
        assert parse(SourceFile("t", text)).diagnostics == (), word


def test_every_field_of_a_node_pool_and_of_a_pod_is_documented() -> None:
    schema = node_pool(load()).schema
    assert schema is not None
    assert set(schema.fields) <= {*NODE_POOL, "name", "count"}
    pod = "io.k8s.api.core.v1.PodSpec"
    assert [f for f in load().definition(pod).fields if not documentation(pod, f)] == []


def test_without_the_extra_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lsp, "find_spec", lambda name: None)
    outcome = CliRunner().invoke(lsp.command, [])
    assert outcome.exit_code != 0
    assert "pip install 'kspec[lsp]'" in outcome.output
