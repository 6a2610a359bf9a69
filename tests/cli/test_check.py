"""`kspec check` in a pipeline: exit codes, formats, files, suppressions, baselines."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kspec.cli.commands.check import FORMATS
from kspec.emit.diagnostics.formats import FORMATS as RENDERERS
from kspec.lint.profiles import PROFILES
from tests.cli.test_bad_input import BAD
from tests.running import Ran

Kspec = Callable[..., Ran]

CLEAN = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: "web:1.4"
          resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""
WARNING = CLEAN.replace("web:1.4", "web:latest")
ERROR = (
    CLEAN
    + "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: wbe}, ports: [{port: 80}]}\n"
)
REFUSED = CLEAN.replace("100m", "-100m")
MISSPELT = CLEAN.replace("selector:", "replicsa: 3\n  selector:", 1)
NODES = """\
apiVersion: v1
kind: Node
metadata: {name: one}
status: {allocatable: {cpu: "1", memory: 1Gi, pods: "10"}}
---
"""
CROWDED = NODES + CLEAN.replace("100m", "600m").replace("spec:\n", "spec:\n  replicas: 2\n", 1)
BROKEN_PROMISE = """\
deployment web {
  replicas: 2
  container app { image: "web:1.4"  resources { cpu: 100m  memory: 64Mi..64Mi } }
}
nodepool one { count: 2  machine { cpu: 2  memory: 4Gi } }
invariant never "two pods stay two": always web.available >= 2 under drain(any node)
"""


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], str]:
    """Writes a file into the folder of the run, which has no configuration above it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    (tmp_path / ".git").mkdir()

    def put(name: str, text: str) -> str:
        Path(name).write_text(text)
        return name

    return put


@pytest.mark.parametrize(
    ("text", "arguments", "code"),
    [
        (CLEAN, [], 0),
        (WARNING, [], 0),
        (WARNING, ["--fail-on", "warning"], 1),
        (WARNING, ["--ignore", "KS3028", "--fail-on", "warning"], 0),
        (WARNING, ["--select", "KS2", "--fail-on", "info"], 0),
        (WARNING, ["--profile", "strict"], 1),
        (ERROR, [], 1),
        (ERROR, ["--ignore", "service-selects-nothing"], 0),
        (REFUSED, [], 1),
        (MISSPELT, [], 1),
        (CROWDED, ["--ignore", "KS3"], 1),
        (CROWDED, ["--ignore", "KS3", "--no-solve"], 0),
        ("a: [\n", [], 2),
    ],
)
def test_the_exit_code_tells_what_was_found(
    text: str, arguments: list[str], code: int, write: Callable[[str, str], str], kspec: Kspec
) -> None:
    assert kspec("check", write("a.yaml", text), *arguments).code == code


def test_what_the_api_server_refuses_is_found_with_its_words(write: Callable[[str, str], str], kspec: Kspec) -> None:
    (found,) = kspec("check", write("a.yaml", REFUSED), "--format", "json").json["diagnostics"]
    assert (found["rule"], found["span"]["line"]) == ("KS1009", 12)
    assert "must be greater than or equal to 0" in found["message"]


def test_pods_that_do_not_fit_are_found_with_the_requirements_that_clash(
    write: Callable[[str, str], str], kspec: Kspec
) -> None:
    found = kspec("check", write("a.yaml", CROWDED), "--format", "json", "--select", "KS4011").json["diagnostics"]
    assert [d["rule"] for d in found] == ["KS4011"]
    assert found[0]["span"] is not None and found[0]["help"]


def test_a_promise_that_breaks_is_told_as_a_story(write: Callable[[str, str], str], kspec: Kspec) -> None:
    ran = kspec("check", write("a.kspec", BROKEN_PROMISE), "--format", "json", "--select", "KS9", "--budget", "20")
    (found,) = ran.json["diagnostics"]
    assert ran.code == 1
    assert (found["rule"], found["span"]["line"]) == ("KS9001", 6)
    assert len(found["story"]) > 0


ABOUT_OBJECTS = {"unknown-kind.yaml", "wrong-type.yaml", "unknown-field.yaml", "duplicate.yaml"}
"""Texts that can be read, and say something wrong: findings, not broken input."""


@pytest.mark.parametrize("name", sorted(ABOUT_OBJECTS))
def test_what_is_wrong_with_objects_is_a_finding(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kspec: Kspec
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(BAD[name])
    assert kspec("check", name).code == 1


@pytest.mark.parametrize("name", sorted(set(BAD) - ABOUT_OBJECTS))
def test_broken_input_is_exit_2_with_the_contract_on_standard_output(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kspec: Kspec
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(BAD[name])
    ran = kspec("check", name, "--format", "json")
    assert ran.code == 2
    document = ran.json
    assert document["schema"] == "kspec/check/v1"
    assert document["summary"]["error"] >= 1
    assert "rules were not asked" in document["summary"]["notes"][0]


def test_two_objects_of_one_name_hide_nothing_else(write: Callable[[str, str], str], kspec: Kspec) -> None:
    found = kspec("check", write("a.yaml", f"{ERROR}---\n{CLEAN}"), "--format", "json").json["diagnostics"]
    assert {"KS0012", "KS2002"} <= {d["rule"] for d in found}


def test_the_options_name_what_there_is() -> None:
    from kspec.cli.commands.check import _PROFILES

    assert tuple(RENDERERS) == FORMATS
    assert tuple(p.name for p in PROFILES) == _PROFILES


def test_several_reports_are_written_in_one_run(write: Callable[[str, str], str], kspec: Kspec) -> None:
    reports = [argument for f in FORMATS for argument in ("--report", f"{f}=out/{f}.txt")]
    ran = kspec("check", write("a.yaml", ERROR), "--format", "github", *reports)
    assert ran.code == 1 and "::error file=a.yaml" in ran.out
    written = {p.stem: p.read_text() for p in Path("out").iterdir()}
    assert set(written) == set(FORMATS)
    assert all("KS2002" in text for text in written.values())
    assert json.loads(written["sarif"])["runs"][0]["results"][0]["ruleId"] == "KS2002"


@pytest.mark.parametrize(
    ("arguments", "shown", "files"),
    [
        ("", "text", {}),
        ("--format json", "json", {}),
        ("--format sarif -o x", None, {"x": "sarif"}),
        ("-o x --format sarif", None, {"x": "sarif"}),
        ("-o x", None, {"x": "text"}),
        ("--format text --format sarif -o x", "text", {"x": "sarif"}),
        ("--format sarif -o x --format text", "text", {"x": "sarif"}),
        ("--format sarif --output x --format junit -oy", None, {"x": "sarif", "y": "junit"}),
        ("--format=sarif --output=x --format github --format junit -o y", "github", {"x": "sarif", "y": "junit"}),
    ],
)
def test_formats_go_in_pairs_with_their_files(
    arguments: str, shown: str | None, files: dict[str, str], write: Callable[[str, str], str], kspec: Kspec
) -> None:
    begins = {"text": "error[", "json": '{\n "schema"', "sarif": '{\n "$schema"', "junit": "<?xml", "github": "::error"}
    ran = kspec("check", write("a.yaml", ERROR), *arguments.split())
    assert ran.code == 1
    assert ran.out.startswith(begins[shown]) if shown else ran.out == ""
    for name, format in files.items():
        assert Path(name).read_text().startswith(begins[format])


def test_two_formats_do_not_share_standard_output(write: Callable[[str, str], str], kspec: Kspec) -> None:
    ran = kspec("check", write("a.yaml", CLEAN), "--format", "json", "--format", "sarif")
    assert ran.code == 2 and "json and sarif can not both go to standard output" in ran.err


@pytest.mark.parametrize("value", ["sarif", "xml=a", "sarif="])
def test_a_report_that_is_no_format_and_file_is_wrong_usage(
    value: str, write: Callable[[str, str], str], kspec: Kspec
) -> None:
    ran = kspec("check", write("a.yaml", CLEAN), "--report", value)
    assert ran.code == 2 and "FORMAT=FILE" in ran.err


def test_the_answer_goes_where_output_says(write: Callable[[str, str], str], kspec: Kspec) -> None:
    ran = kspec("check", write("a.yaml", ERROR), "--format", "sarif", "--output", "o/k.sarif")
    assert ran.out == "" and json.loads(Path("o/k.sarif").read_text())["version"] == "2.1.0"


def test_github_gets_a_step_summary(
    write: Callable[[str, str], str], kspec: Kspec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", write("summary.md", "before\n"))
    kspec("check", write("a.yaml", ERROR), "--format", "github")
    summary = Path("summary.md").read_text()
    assert summary.startswith("before\n**kspec**: 1 error") and "| error | KS2002" in summary
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "nowhere/summary.md")
    assert kspec("check", "a.yaml", "--format", "github").code == 1


def test_configuration_is_used_and_the_command_line_wins(write: Callable[[str, str], str], kspec: Kspec) -> None:
    write("kspec.toml", 'fail-on = "warning"\nignore = ["KS3002"]\n')
    assert kspec("check", write("a.yaml", WARNING)).code == 1
    assert kspec("check", "a.yaml", "--fail-on", "error").code == 0
    write("other.toml", "")
    assert kspec("check", "a.yaml", "--config", "other.toml").code == 0
    write("kspec.toml", "\nfail = 1\n")
    ran = kspec("check", "a.yaml", "--format", "json")
    assert ran.code == 2
    assert [d["span"]["line"] for d in ran.json["diagnostics"] if d["span"]["file"].endswith("kspec.toml")] == [2]


def test_an_exemption_of_the_configuration_accepts_findings(write: Callable[[str, str], str], kspec: Kspec) -> None:
    write("kspec.toml", '[[exempt]]\nrules = ["KS2"]\npaths = ["a.yaml"]\nreason = "later"\n')
    ran = kspec("check", write("a.yaml", ERROR), "--format", "json")
    assert ran.code == 0 and ran.json["summary"]["suppressed"] == 1
    write("kspec.toml", '[[exempt]]\nrules = ["KS2"]\npaths = ["b.yaml"]\n')
    assert kspec("check", "a.yaml").code == 1


def test_external_objects_are_taken_to_be_there(write: Callable[[str, str], str], kspec: Kspec) -> None:
    text = CLEAN.replace("containers:", "serviceAccountName: web\n      containers:")
    assert kspec("check", write("a.yaml", text)).code == 1
    write("kspec.toml", 'external = ["ServiceAccount/default/web"]\n')
    assert kspec("check", "a.yaml").code == 0


def test_a_baseline_lets_only_new_findings_count(write: Callable[[str, str], str], kspec: Kspec) -> None:
    assert kspec("baseline", "write", write("a.yaml", ERROR)).code == 0
    assert json.loads(Path(".kspec-baseline.json").read_text())["schema"] == "kspec/baseline/v1"
    assert kspec("baseline", "check", "a.yaml").code == 0
    ran = kspec("check", "a.yaml", "--baseline", ".kspec-baseline.json", "--format", "json")
    assert ran.code == 0 and ran.json["summary"]["known"] == 1
    write("a.yaml", "# moved\n\n" + ERROR.replace("name: web}\nspec: {selector", "name: api}\nspec: {selector"))
    ran = kspec("baseline", "check", "a.yaml")
    assert ran.code == 1 and "gone: KS2002 Service/web" in ran.err
    assert kspec("check", "a.yaml", "--baseline", "nowhere.json").code == 2


def test_standard_input_is_checked_like_a_file(
    write: Callable[[str, str], str], kspec: Kspec, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path(write("a.yaml", ERROR)).open() as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        ran = kspec("check", "-", "--format", "sarif")
    place = json.loads(ran.out)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert ran.code == 1 and place["artifactLocation"]["uri"] == "stdin"


def test_quiet_and_twice_the_same(write: Callable[[str, str], str], kspec: Kspec) -> None:
    write("a.yaml", ERROR)
    first, second = (kspec("check", "a.yaml", "-q") for _ in range(2))
    assert first == second
    assert first.out.startswith("error[KS2002]") and "|" not in first.out


def test_idle_nodes_are_told_where_cost_counts(write: Callable[[str, str], str], kspec: Kspec) -> None:
    pool = "nodepool general { count: 5  machine { cpu: 4  memory: 16Gi } }\n"
    web = 'deployment web { replicas: 3  container app { image: "a:1"  resources { cpu: 500m  memory: 1Gi..1Gi } } }\n'
    file = write("shop.kspec", pool + web)
    found = {
        d["rule"]: d["message"]
        for d in kspec("check", file, "--profile", "cost", "--format", "json").json["diagnostics"]
    }
    assert found["KS4027"] == "1 node would do; there are 5"
    assert "KS4027" not in kspec("check", file).out
