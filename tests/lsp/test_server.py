"""The language server, asked as an editor asks it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.client import Editor, Refused

SHOP = """\
param tag: string = "1.4.2"
import "platform.kspec" as platform

define http_service(name: Name, cpu: Quantity = 250m) {
  deployment name {
    replicas: 2
    container app {
      image: "web:${tag}"
      port http: platform.port
      resources { cpu: cpu }
    }
  }
  service name { target: name  port http: 80 -> http }
}

namespace shop {
  http_service web(cpu: 500m) {
    replicas: 3
    strategy { type: Recreate }
  }
  pdb web { minAvailable: 1 }
  ingress web { host "shop.example.com" { path "/": service/web.http } }
}

env dev { hpa/web.replicas: 1..2  deployment/web.replicas: 1 }
invariant floor "served": always web.available >= 1 under drain(any node)
""".replace("hpa/web.replicas: 1..2  ", "")
PLATFORM = "let port = 8080\n"


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    root = tmp_path_factory.mktemp("designs")
    (root / "platform.kspec").write_text(PLATFORM)
    editor = Editor(root)
    editor.open("shop.kspec", SHOP)
    yield editor
    assert editor.close() == 0


def words(answer: dict[str, Any]) -> list[str]:
    return [item["label"] for item in answer["items"]]


def lines(locations: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(Path(x["uri"]).name, x["range"]["start"]["line"] + 1) for x in locations]


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    """A text after edits, the last first, so that the others keep their places."""
    rows = text.split("\n")
    for edit in sorted(edits, key=lambda e: -e["range"]["start"]["line"] * 10_000 - e["range"]["start"]["character"]):
        first, last = edit["range"]["start"], edit["range"]["end"]
        before = "\n".join([*rows[: first["line"]], rows[first["line"]][: first["character"]]])
        tail = rows[last["line"]][last["character"] :] if last["line"] < len(rows) else ""
        after = "\n".join([tail, *rows[last["line"] + 1 :]])
        rows = (before + edit["newText"] + after).split("\n")
    return "\n".join(rows)


def test_mistakes_are_told_while_typing_and_taken_back_when_they_are_gone(editor: Editor) -> None:
    found = editor.type("shop.kspec", SHOP.replace("replicas: 3", "replicsa: 3"))
    wrong = [d for d in found if d["severity"] == 1]
    assert [(d["code"], d["range"]["start"]) for d in wrong] == [("KS0004", {"line": 17, "character": 4})]
    assert "did you mean `replicas`?" in wrong[0]["message"]
    found = editor.type("shop.kspec", SHOP.replace("replicas: 3", "replicas 3"))
    assert ("KS0001", 17) in [(d["code"], d["range"]["start"]["line"]) for d in found]
    found = editor.type("shop.kspec", SHOP)
    assert [d for d in found if d["severity"] == 1] == []


def test_yaml_is_looked_at_as_well(editor: Editor) -> None:
    text = "apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { prots: [] }\n"
    (found,) = [d for d in editor.open("service.yaml", text) if d["severity"] == 1]
    assert found["range"]["start"] == {"line": 3, "character": 8}
    assert "ports" in found["message"]


@pytest.mark.parametrize(
    ("typed", "first", "never"),
    [
        ("container app {\n|", {"readiness", "image", "port"}, {"replicas", "deployment"}),
        ("strategy { type: Recreate |", {"rollingUpdate"}, {"image"}),
        ("strategy { type: |", {"Recreate", "RollingUpdate"}, {"image"}),
        ("pdb web { |", {"minAvailable", "target", "selector"}, {"replicas"}),
        ("pdb web { minAvailable: 1 }\n|", {"deployment", "http_service", "service"}, {"image"}),
        ("http_service web(|", {"cpu", "name"}, {"replicas"}),
        ("port http: platform.|", {"port"}, {"tag"}),
        ("image: |", {"tag"}, {"replicas"}),
        ("target: |", {"web"}, {"replicas"}),
        ("|param tag", {"namespace", "define", "deployment", "import"}, {"image"}),
        ("hpa/web.|".replace("hpa", "deployment"), {"deployment/web.replicas"}, {"image"}),
    ],
)
def test_what_fits_is_proposed(editor: Editor, typed: str, first: set[str], never: set[str]) -> None:
    found = words(editor.ask("textDocument/completion", **editor.at("shop.kspec", typed)))
    assert first <= set(found)
    assert not never & set(found)


def test_proposals_come_with_their_documentation_and_types(editor: Editor) -> None:
    answer = editor.ask("textDocument/completion", **editor.at("shop.kspec", "container app {\n|"))
    (policy,) = [i for i in answer["items"] if i["label"] == "imagePullPolicy"]
    assert policy["detail"] == "Always | IfNotPresent | Never"
    assert "latest tag" in policy["documentation"]["value"]
    assert policy["textEdit"]["newText"] == "imagePullPolicy: "


def test_proposals_come_while_the_text_is_broken(editor: Editor) -> None:
    broken = SHOP.replace("strategy { type: Recreate }", "strategy { ro")
    editor.type("shop.kspec", broken)
    found = words(editor.ask("textDocument/completion", **editor.at("shop.kspec", "strategy { ro|")))
    assert "rollingUpdate" in found
    answer = editor.ask("textDocument/completion", **editor.at("shop.kspec", "strategy { ro|"))
    (edit,) = [i["textEdit"] for i in answer["items"] if i["label"] == "rollingUpdate"]
    assert edit["range"]["end"]["character"] - edit["range"]["start"]["character"] == len("ro")
    editor.type("shop.kspec", SHOP)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("minAvail|able", "PodDisruptionBudget"),
        ("tar|get: name", "leads to"),
        ("depl|oyment name", "apps/v1"),
        ("${t|ag}", 'param tag: string = "1.4.2"'),
        ("repl|icas: 3", "2 (define http_service, shop.kspec:6), then 3 (http_service web, shop.kspec:18)"),
        ("inva|riant", "always true"),
        ("service/w|eb", "service web"),
    ],
)
def test_a_word_says_what_it_is_and_where_its_value_comes_from(editor: Editor, place: str, said: str) -> None:
    answer = editor.ask("textDocument/hover", **editor.at("shop.kspec", place))
    assert said in answer["contents"]["value"]


@pytest.mark.parametrize(
    ("place", "declared"),
    [
        ("${t|ag}", [("shop.kspec", 1)]),
        ("http_s|ervice web", [("shop.kspec", 4)]),
        ("cpu: c|pu", [("shop.kspec", 4)]),
        ("platform.p|ort", [("platform.kspec", 1)]),
        ("plat|form.port", [("shop.kspec", 2)]),
        ('"plat|form.kspec"', [("platform.kspec", 1)]),
        ("service/w|eb", [("shop.kspec", 17)]),
        ("service/web.ht|tp", [("shop.kspec", 13)]),
        ("we|b.available", [("shop.kspec", 17)]),
        ("deployment/w|eb.replicas", [("shop.kspec", 17)]),
        ("replic|as: 3", []),
    ],
)
def test_a_name_leads_to_its_declaration(editor: Editor, place: str, declared: list[tuple[str, int]]) -> None:
    assert lines(editor.ask("textDocument/definition", **editor.at("shop.kspec", place))) == declared


def test_references_are_all_places_of_a_name(editor: Editor) -> None:
    place = editor.at("shop.kspec", "param ta|g")
    everywhere = editor.ask("textDocument/references", **place, context={"includeDeclaration": True})
    assert lines(everywhere) == [("shop.kspec", 1), ("shop.kspec", 8)]
    uses = editor.ask("textDocument/references", **place, context={"includeDeclaration": False})
    assert lines(uses) == [("shop.kspec", 8)]


@pytest.mark.parametrize(("place", "new"), [("ta|g: string", "version"), ("pdb we|b", "front")])
def test_a_new_name_is_written_everywhere_and_the_design_stays_sound(editor: Editor, place: str, new: str) -> None:
    editor.ask("textDocument/prepareRename", **editor.at("shop.kspec", place))
    edit = editor.ask("textDocument/rename", **editor.at("shop.kspec", place), newName=new)
    changed = applied(SHOP, edit["changes"][editor.uri("shop.kspec")])
    assert changed.count(new) == {"version": 2, "front": 6}[new]
    found = editor.type("shop.kspec", changed)
    assert [d for d in found if d["severity"] == 1] == []
    editor.type("shop.kspec", SHOP)


def test_a_name_of_another_file_is_changed_there_too(editor: Editor) -> None:
    edit = editor.ask("textDocument/rename", **editor.at("shop.kspec", "platform.po|rt"), newName="number")
    assert set(edit["changes"]) == {editor.uri("shop.kspec"), editor.uri("platform.kspec")}
    assert applied(PLATFORM, edit["changes"][editor.uri("platform.kspec")]) == "let number = 8080\n"


@pytest.mark.parametrize(
    ("place", "new", "why"),
    [
        ("param ta|g", "two words", "cannot be the name"),
        ("param ta|g", "cpu", "already"),
        ("pdb we|b", "Web", "cannot be the name"),
        ("minAvai|lable", "x", "no name here"),
    ],
)
def test_a_rename_that_would_break_the_design_is_refused_with_the_reason(
    editor: Editor, place: str, new: str, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        editor.ask("textDocument/rename", **editor.at("shop.kspec", place), newName=new)


def test_a_text_is_formatted(editor: Editor) -> None:
    untidy = "namespace   a{\n deployment b { replicas:3\n }}\n"
    editor.open("untidy.kspec", untidy)
    options = {"tabSize": 2, "insertSpaces": True}
    edits = editor.ask("textDocument/formatting", textDocument={"uri": editor.uri("untidy.kspec")}, options=options)
    assert applied(untidy, edits) == "namespace a {\n  deployment b {\n    replicas: 3\n  }\n}\n"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("namespace a { deployment b { replicsa: 3 } }\n", "namespace a { deployment b { replicas: 3 } }\n"),
        (
            "namespace a {\n  deployment b {\n    replicas 3\n  }\n}\n",
            "namespace a {\n  deployment b {\n    replicas: 3\n  }\n}\n",
        ),
        ("let a = 1 && 2 and 3\n", "let a = 1 && 2 && 3\n"),
        ('param t: string = "x"\n', 'param _t: string = "x"\n'),
        ("configmap a { data { x: 1 } immutable: yes }\n", "configmap a { data { x: 1 } immutable: true }\n"),
    ],
)
def test_a_finding_comes_with_a_change_that_puts_it_right(editor: Editor, wrong: str, right: str) -> None:
    editor.open("fix.kspec", wrong)
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
    document = {"uri": editor.uri("fix.kspec")}
    actions = editor.ask(
        "textDocument/codeAction", textDocument=document, range=everything, context={"diagnostics": []}
    )
    made = [applied(wrong, action["edit"]["changes"][document["uri"]]) for action in actions]
    assert right in made


def test_a_warning_can_be_accepted_where_it_stands(editor: Editor) -> None:
    text = 'namespace a {\n  deployment b { container c { image: "d:latest" } }\n}\n'
    (found,) = [d for d in editor.open("latest.kspec", text) if "latest" in d["message"]]
    asked = {"textDocument": {"uri": editor.uri("latest.kspec")}, "range": found["range"]}
    actions = editor.ask("textDocument/codeAction", **asked, context={"diagnostics": [found]})
    (accept,) = [a for a in actions if a["title"].startswith(f"Accept {found['code']}")]
    changed = applied(text, accept["edit"]["changes"][editor.uri("latest.kspec")])
    assert f"  @allow({found['code']}, reason: " in changed
    assert found["code"] not in [d["code"] for d in editor.type("latest.kspec", changed)]


def test_declarations_are_listed_as_a_tree(editor: Editor) -> None:
    found = editor.ask("textDocument/documentSymbol", textDocument={"uri": editor.uri("shop.kspec")})
    assert [(s["name"], s.get("detail")) for s in found] == [
        ("tag", "param"),
        ("http_service", "define"),
        ("shop", "namespace"),
        ("dev", "env"),
        ("floor", "invariant"),
    ]
    shop = next(s for s in found if s["name"] == "shop")
    assert [(s["name"], s["detail"]) for s in shop["children"]] == [
        ("web", "http_service"),
        ("web", "pdb"),
        ("web", "ingress"),
    ]


def test_columns_are_counted_as_the_editor_counts_them(editor: Editor) -> None:
    text = 'let a = "🙂"  let b = a\nconfigmap c { data { x: "${a}${b}" } }\n'
    editor.open("wide.kspec", text)
    place = {"textDocument": {"uri": editor.uri("wide.kspec")}, "position": {"line": 0, "character": 22}}
    (found,) = editor.ask("textDocument/definition", **place)
    assert found["range"] == {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 5}}
    references = editor.ask("textDocument/references", **place, context={"includeDeclaration": True})
    assert [x["range"]["start"]["character"] for x in references] == [4, 22, 27]


def test_a_folder_given_to_the_command_is_one_design(tmp_path: Path) -> None:
    (tmp_path / "names.kspec").write_text("param size: int = 3\n")
    (tmp_path / "web.kspec").write_text("")
    editor = Editor(tmp_path, str(tmp_path), encodings=("utf-8",))
    assert editor.capabilities["positionEncoding"] in ("utf-8", "utf-16")
    text = 'deployment web { replicas: size  container a { image: "a:1" } }\n'
    assert [d for d in editor.open("web.kspec", text) if d["severity"] == 1] == []
    found = editor.ask("textDocument/definition", **editor.at("web.kspec", "si|ze"))
    assert lines(found) == [("names.kspec", 1)]
    assert editor.close() == 0


def coloured(editor: Editor, name: str, text: str) -> list[tuple[str, str]]:
    """The coloured words of a text, as an editor unpacks them; `!` marks where a name is declared."""
    provider = editor.capabilities["semanticTokensProvider"]
    data = editor.ask("textDocument/semanticTokens/full", textDocument={"uri": editor.uri(name)})["data"]
    rows, line, start, found = text.split("\n"), 0, 0, []
    for down, right, length, kind, flags in zip(*[iter(data)] * 5, strict=True):
        line, start = line + down, right if down else start + right
        word = rows[line][start : start + length]
        found.append((word, provider["legend"]["tokenTypes"][kind] + "!" * flags))
    return found


def test_words_are_coloured_by_what_they_mean(editor: Editor) -> None:
    text = """\
param tag: string = "1"  # the tag
fn half(n: int) -> int = n / 2
namespace shop {
  deployment web {
    strategy { type: Recreate }
    container app { image: "web:${tag}!"  env { state: 3 } }
  }
}
env dev { deployment/web.replicas: half(4) }
"""
    editor.open("colours.kspec", text)
    found = coloured(editor, "colours.kspec", text)
    assert [f for f in found if f[1] not in ("keyword", "comment")] == [
        ("tag", "parameter!"), ("string", "type"), ('"1"', "string"),
        ("half", "function!"), ("n", "variable!"), ("int", "type"), ("int", "type"), ("n", "variable"), ("2", "number"),
        ("namespace", "type"), ("shop", "namespace!"),
        ("deployment", "type"), ("web", "class!"),
        ("strategy", "property"), ("type", "property"), ("Recreate", "enumMember"),
        ("container", "property"), ("image", "property"), ('"web:${', "string"), ("tag", "parameter"),
        ('}!"', "string"),
        ("env", "property"), ("state", "property"), ("3", "number"),
        ("dev", "namespace!"), ("deployment", "type"), ("web", "class"), ("half", "function"), ("4", "number"),
    ]  # fmt: skip
    assert [word for word, kind in found if kind == "keyword"] == ["param", "fn", "env"]


def test_a_text_that_cannot_be_read_is_coloured_by_its_looks(editor: Editor) -> None:
    text = 'param x: = {\n  y: "a\n} """\nb"\nlet z = 3\n'
    editor.open("broken.kspec", text)
    assert ("let", "keyword") in coloured(editor, "broken.kspec", text)


def test_a_module_of_an_import_leads_to_the_import_and_to_its_declaration(editor: Editor) -> None:
    (editor.root / "modules.kspec").write_text("define site(name: Name) { configmap name { } }\n")
    text = 'import "modules.kspec" as shared\nshared.site front { }\n'
    editor.open("uses.kspec", text)
    for place, declared in (("shar|ed.site", ("uses.kspec", 1)), ("shared.si|te", ("modules.kspec", 1))):
        assert lines(editor.ask("textDocument/definition", **editor.at("uses.kspec", place))) == [declared]
