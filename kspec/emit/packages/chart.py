"""The values of a Helm chart: which parameters of a design it can offer, and which environments are values of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kspec.domain.objects import Resource
from kspec.elaborate.parameters import Parameter, Plain
from kspec.emit.packages.holes import Hole, Holes, Misfit, filled, holes, overlapping
from kspec.emit.packages.package import Variants, applied, listing
from kspec.emit.packages.rules import NO_TEMPLATE, NO_VALUES
from kspec.emit.packages.trials import trials
from kspec.source.diagnostic import Diagnostic
from kspec.source.tree import Json, Path

DEFINITION = "CustomResourceDefinition"
"""What Helm installs from a folder of its own, without templates."""
_ENOUGH = 2
"""The values that must come out as templates would have it before a parameter is offered."""


@dataclass
class Chart:
    """The objects of a chart, the places of its values, and what became of each parameter and environment."""

    objects: list[Resource]
    values: dict[str, Plain] = field(default_factory=dict)
    holes: dict[tuple[int, Path], list[Hole]] = field(default_factory=dict)
    environments: dict[str, dict[str, Plain]] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)

    def manifests(self, values: Mapping[str, Plain]) -> list[Json]:
        """What the chart comes to with some values, where the others stay."""
        return filled([o.manifest for o in self.objects], self.holes, {**self.values, **values})


def chart_of(variants: Variants) -> Chart:
    """Find out what the chart of a design can offer, by loading it with other values."""
    chart = Chart(applied(variants.design))
    for parameter in variants.design.parameters:
        refusal = _offer(chart, parameter, variants)
        if refusal is not None:
            help = "the chart holds what it comes to; for another value make another chart with `--set`"
            chart.findings.append(Diagnostic(NO_TEMPLATE, refusal, parameter.span, help=help))
    for name in variants.environments:
        _environment(chart, name, variants)
    return chart


def _offer(chart: Chart, parameter: Parameter, variants: Variants) -> str | None:
    """Make a parameter a value of the chart; says why where it cannot be one."""
    name, value = parameter.name, parameter.value
    if value is None:
        return f"the parameter `{name}` is no single value"
    base: list[Json] = [o.manifest for o in chart.objects]
    found: Holes | None = None
    confirmed = 0
    for trial in trials(parameter):
        changed = variants.with_values({name: parameter.setting(trial)})
        if changed is None:
            continue
        other: list[Json] = [o.manifest for o in changed]
        try:
            if found is None:
                found = holes(name, value, trial, base, other)
        except Misfit as misfit:
            return _misfit(chart, name, misfit)
        if filled(base, found, {name: trial}) != other:
            return f"what the parameter `{name}` does depends on its value"
        confirmed += 1
        if confirmed == _ENOUGH:
            break
    if found is None:
        return f"no other value was found that the parameter `{name}` may have"
    return _take(chart, name, value, found)


def _take(chart: Chart, name: str, value: Plain, found: Holes) -> str | None:
    for (index, path), more in found.items():
        if chart.objects[index].kind == DEFINITION:
            return f"the parameter `{name}` changes {_shown(chart, index, path)}, which Helm takes without templates"
        if overlapping(chart.holes.get((index, path), ()), more):
            other = chart.holes[index, path][0].parameter
            return f"the parameters `{name}` and `{other}` stand in one place of {_shown(chart, index, path)}"
    if found:
        chart.values[name] = value
    for at, more in found.items():
        chart.holes.setdefault(at, []).extend(more)
    return None


def _environment(chart: Chart, name: str, variants: Variants) -> None:
    """An environment becomes a values file if values are all that it changes."""
    design = variants.load(name, {})
    if design is None:
        return
    values = {p.name: p.value for p in design.parameters if p.value is not None and p.name in chart.values}
    wanted = [o.manifest for o in applied(design)]
    if chart.manifests(values) == wanted:
        chart.environments[name] = {n: v for n, v in values.items() if v != chart.values[n]}
        return
    got = {o.ref: m for o, m in zip(chart.objects, chart.manifests(values), strict=True)}
    there = {o.ref for o in applied(design)}
    changed = [str(o.ref) for o in applied(design) if got.get(o.ref) != o.manifest]
    changed += [str(ref) for ref in got if ref not in there]
    message = f"the environment `{name}` changes {listing(changed)} by more than values"
    help = f"use `--output-format kustomize`, or `--env {name}` for a chart of its own"
    chart.findings.append(Diagnostic(NO_VALUES, message, help=help))


def _misfit(chart: Chart, name: str, misfit: Misfit) -> str:
    index, path = misfit.at
    return f"what the parameter `{name}` does to {_shown(chart, index, path)} is no value put in a place"


def _shown(chart: Chart, index: int, path: Path) -> str:
    if index >= len(chart.objects):
        return "the objects"
    place = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")
    return f"{chart.objects[index].ref}" + (f" at `{place}`" if place else "")
