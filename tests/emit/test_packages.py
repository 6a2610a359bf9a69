"""Forms of output: what Helm and kustomize make of them is what the design says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from kspec.elaborate import load
from kspec.elaborate.design import Design
from kspec.emit.packages.form import OutputFormat, package
from kspec.emit.packages.package import Package, Variants, applied
from tests.running import DESIGNS, Ran

TRICKY = r"""
param replicas: int = 1
param port_number: int = 8080
param cpu: Quantity = 1
param memory: Quantity = 256Mi
param debug: bool = true
param motto: string = "50% of \"{{ this }}\""
param empty: string = ""
param size: {small, large} = small
param log-level: string = "info"
param span: Range = 1..3
param doubled: int = 2
param extra: bool = false
param host: string = "www.example.com"
param url: string = "https://${host}/"
param schedule: string = "30 2 * * *"

namespace shop {
  deployment web {
    replicas: replicas
    container app {
      image: "web:1"
      port http: port_number
      resources { cpu: cpu  memory: memory..memory }
      env {
        ADDRESS: "http://web:${port_number}/%d/{{ x }}/${log-level}"
        EMPTY: "<${empty}>"
        LEVEL: log-level
        SIZE: size
        URL: url
        HOST: host
      }
    }
    automountServiceAccountToken: debug
    annotations: { motto: motto }
  }
  service web { target: web  port http: 80 -> http }
  hpa web { replicas: span  cpu: 70% }
  cronjob tidy {
    schedule: schedule
    restartPolicy: Never
    container tidy { image: "tidy:1"  resources { cpu: 100m  memory: 64Mi..64Mi } }
  }
  configmap many { data { twice: "${doubled * 2}"  text: "line one\n{{ .Values.x }} kspec-hole-0-end ${log-level}\n" } }
  if extra { configmap extra { data { a: "b" } } }
}
env quiet { log-level: "warn"  replicas: 4 }
env other extends quiet {
  remove hpa/web
  deployment/web.app.env.LEVEL: "silent"
  deployment/web.labels: { "a/b~c": "d" }
  configmap new { data { a: "b" } }
}
"""


def variants(source: str, design: Design) -> Variants:
    def with_values(env: str | None, settings: Mapping[str, str]) -> Design | None:
        return load(["-"], env=env, settings=settings, stdin=source).design

    return Variants(design, with_values, design.environments)


@pytest.fixture(scope="module", params=["tricky", "shop"])
def source(request: pytest.FixtureRequest) -> str:
    return TRICKY if request.param == "tricky" else (DESIGNS / "shop.kspec").read_text()


@pytest.fixture(scope="module")
def made(source: str) -> Variants:
    loaded = load(["-"], stdin=source)
    assert loaded.design is not None, list(loaded.diagnostics)
    return variants(source, loaded.design)


@pytest.fixture(scope="module")
def chart(made: Variants) -> Package:
    return package(OutputFormat.HELM, made)


def test_a_chart_with_its_own_values_is_the_design(made: Variants, chart: Package) -> None:
    assert rendered(chart, {}) == objects(made.design)


@pytest.mark.parametrize(
    "values",
    [
        {"log-level": 'de"bug', "replicas": 1000000, "debug": False, "port_number": 81},
        {"empty": "full: #", "size": "large", "cpu": "250m", "memory": "1Gi"},
        {"motto": "", "schedule": "0 0 * * 0"},
    ],
)
def test_a_value_of_a_chart_is_a_parameter_of_the_design(values: dict[str, Any]) -> None:
    loaded = load(["-"], stdin=TRICKY)
    assert loaded.design is not None
    settings = {k: ("true" if v else "false") if isinstance(v, bool) else str(v) for k, v in values.items()}
    made = variants(TRICKY, loaded.design)
    other = load(["-"], settings=settings, stdin=TRICKY)
    assert other.design is not None, list(other.diagnostics)
    assert rendered(package(OutputFormat.HELM, made), values) == objects(other.design)


def test_what_a_chart_cannot_offer_is_said() -> None:
    loaded = load(["-"], stdin=TRICKY)
    assert loaded.design is not None
    chart = package(OutputFormat.HELM, variants(TRICKY, loaded.design))
    told = [f"{f.rule.id} {f.message}" for f in chart.findings]
    assert told == [
        "KS0050 the parameter `span` is no single value",
        "KS0050 what the parameter `doubled` does to ConfigMap/shop/many at `data.twice` is no value put in a place",
        "KS0050 what the parameter `extra` does to the objects is no value put in a place",
        "KS0050 the parameters `url` and `host` stand in one place of Deployment/shop/web at "
        "`spec.template.spec.containers[0].env[4].value`",
        "KS0051 the environment `other` changes `ConfigMap/new`, `Deployment/shop/web`, "
        "`HorizontalPodAutoscaler/shop/web` by more than values",
    ]
    assert yaml.safe_load(chart.files["chart/values-quiet.yaml"]) == {"replicas": 4, "log-level": "warn"}
    assert "span" not in yaml.safe_load(chart.files["chart/values.yaml"])


def test_the_overlays_of_a_kustomization_are_the_environments(made: Variants) -> None:
    files = package(OutputFormat.KUSTOMIZE, made).files
    assert kustomized(files, "kustomize/base") == keyed(objects(made.design))
    for name in made.environments:
        design = made.load(name, {})
        assert design is not None
        assert kustomized(files, f"kustomize/overlays/{name}") == keyed(objects(design))


def test_one_file_holds_all_in_order(made: Variants) -> None:
    (text,) = package(OutputFormat.SINGLE, made).files.values()
    assert list(yaml.safe_load_all(text)) == objects(made.design)


@pytest.mark.parametrize(
    ("form", "there"),
    [("dir", "manifests/01-namespace-shop.yaml"), ("single", "manifests.yaml"), ("helm", "chart/values.yaml")],
)
def test_build_writes_the_form_that_is_asked_for(kspec: Any, tmp_path: Path, form: str, there: str) -> None:
    design = tmp_path / "small.kspec"
    design.write_text('param tag: string = "1"\nnamespace shop { configmap a { data { tag: tag } } }\n')
    ran: Ran = kspec("build", design, "-o", tmp_path / "out", "--output-format", form, "--format", "json", "--no-cache")
    assert there in ran.json["files"]
    assert (tmp_path / "out" / "small" / there).exists()


def test_build_tells_what_a_chart_leaves_out(kspec: Any, tmp_path: Path) -> None:
    design = tmp_path / "small.kspec"
    design.write_text('param n: int = 1\nnamespace shop { configmap a { data { twice: "${n * 2}" } } }\n')
    options = "--output-format", "helm", "--no-cache"
    ran: Ran = kspec("build", design, "-o", tmp_path / "out", *options)
    assert "KS0050     what the parameter `n` does to ConfigMap/shop/a at `data.twice`" in ran.out
    (unsaid,) = kspec("build", design, "-o", tmp_path / "out", *options, "--format", "json").json["unsaid"]
    assert unsaid["rule"] == "KS0050"


def objects(design: Design) -> list[Any]:
    return [o.manifest for o in applied(design)]


def keyed(found: list[Any]) -> dict[tuple[str, ...], Any]:
    return {identity(o): o for o in found}


def identity(found: Any) -> tuple[str, ...]:
    metadata = found["metadata"]
    return found["apiVersion"], found["kind"], metadata.get("namespace", ""), metadata["name"]


# Helm, as far as charts of kspec go. Numbers of values are floating-point numbers, as in Helm.


TEMPLATE = re.compile(r'\{\{ ((?:"(?:[^"\\]|\\.)*"|[^"])*?) \}\}')


def rendered(chart: Package, given: Mapping[str, Any]) -> list[Any]:
    values = {**(yaml.safe_load(chart.files["chart/values.yaml"]) or {}), **given}
    assert set(given) <= set(values)
    values = {k: float(v) if type(v) is int else v for k, v in values.items()}
    names = [n for n in chart.files if n.startswith(("chart/templates/", "chart/crds/"))]
    texts = [chart.files[n] for n in names]
    assert all(n.startswith("chart/templates/") for n in names)
    return [yaml.safe_load(TEMPLATE.sub(lambda m: pipeline(m[1], values), t)) for t in texts]


def pipeline(text: str, values: Mapping[str, Any]) -> str:
    if text == '"{{"':
        return "{{"
    words = list(tokens(text))
    assert words[-2:] == ["|", "toJson"], text
    form, *given = words[:-2] if words[0] != "printf" else words[1:-2]
    result = operand(form, values)
    if words[0] == "printf":
        result = printf(result, [operand(word, values) for word in given])
    return json.dumps(int(result) if isinstance(result, float) and result.is_integer() else result)


def tokens(text: str) -> Iterator[str]:
    for found in re.finditer(r'"(?:[^"\\]|\\.)*"|\((?:[^)"]|"[^"]*")*\)|\S+', text):
        yield found[0]


def operand(word: str, values: Mapping[str, Any]) -> Any:
    if word.startswith('"'):
        return json.loads(word)
    if word.startswith("(int64 "):
        return int(operand(word[7:-1], values))
    if word.startswith("(index .Values "):
        return values[json.loads(word[15:-1])]
    assert word.startswith(".Values."), word
    return values[word.removeprefix(".Values.")]


def printf(form: str, arguments: list[Any]) -> str:
    """Go's Sprintf with `%v` and `%%`."""
    waiting = iter(arguments)
    return re.sub(r"%[v%]", lambda m: "%" if m[0] == "%%" else shown(next(waiting)), form)


def shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


# kustomize, as far as kustomizations of kspec go.


def kustomized(files: Mapping[str, str], folder: str) -> dict[tuple[str, ...], Any]:
    about = yaml.safe_load(files[f"{folder}/kustomization.yaml"])
    found: dict[tuple[str, ...], Any] = {}
    for name in about["resources"]:
        if name == "../../base":
            found |= kustomized(files, "kustomize/base")
        else:
            found |= keyed([yaml.safe_load(files[f"{folder}/{name}"])])
    for one in about.get("patches", ()):
        change = yaml.safe_load(one["patch"])
        if "target" not in one:
            assert change.pop("$patch") == "delete"
            del found[identity(change)]
            continue
        (target,) = (k for k in found if selects(one["target"], k))
        for operation in change:
            patched(found[target], operation)
    return found


def selects(target: Mapping[str, str], key: tuple[str, ...]) -> bool:
    group, _, version = key[0].rpartition("/")
    namespace = key[2] or "default"
    exact = (target.get("group", ""), target["version"], target["kind"]) == (group, version, key[1])
    in_space = "namespace" not in target or re.fullmatch(target["namespace"], namespace)
    return bool(exact and in_space and re.fullmatch(target["name"], key[3]))


def patched(document: Any, operation: Mapping[str, Any]) -> None:
    *way, last = [p.replace("~1", "/").replace("~0", "~") for p in operation["path"].split("/")[1:]]
    for part in way:
        document = document[int(part) if isinstance(document, list) else part]
    if isinstance(document, dict):
        assert (last in document) == (operation["op"] != "add")
        document.pop(last) if operation["op"] == "remove" else document.update({last: operation["value"]})
    elif operation["op"] == "add":
        document.append(operation["value"]) if last == "-" else document.insert(int(last), operation["value"])
    elif operation["op"] == "remove":
        del document[int(last)]
    else:
        document[int(last)] = operation["value"]
