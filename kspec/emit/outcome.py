"""Everything kspec says about a design, as files: `kspec build`."""

from __future__ import annotations

import json
from dataclasses import dataclass

from kspec.check.verdict import Proved, Verdict, Violated, document
from kspec.check.verdict import Unknown as Undecided
from kspec.elaborate.design import Design
from kspec.emit.answers.placement import by_node
from kspec.emit.answers.verdicts import tell, word
from kspec.emit.manifests.render import Manifest, render_all
from kspec.emit.packages.package import Package, applied
from kspec.emit.templating import template
from kspec.emit.trace.render import View, text
from kspec.place.answer import Answer, Infeasible, Placement, Unknown
from kspec.place.report import to_json as placement_json
from kspec.run.trace import Trace
from kspec.source.diagnostic import Diagnostic
from kspec.source.tree import Json


@dataclass(frozen=True)
class Outcome:
    """What a build found out. Questions that could not be asked have no answer."""

    design: Design
    package: Package
    """The manifests, in the form that was asked for."""
    placement: Answer | None
    trace: Trace | None
    verdicts: tuple[Verdict, ...]
    findings: tuple[Diagnostic, ...] = ()
    verified: bool = True
    """Whether the promises were looked at."""

    @property
    def manifests(self) -> list[Manifest]:
        """The objects of the design, in apply order."""
        return render_all(applied(self.design))

    def files(self) -> dict[str, str]:
        """The files of `out/<design>/` by their names. The same design gives the same bytes."""
        files = dict(self.package.files)
        if self.placement is not None:
            files["placement.json"] = _json(placement_json(self.placement))
        if self.trace is not None:
            files["trace.json"] = _json(self.trace.to_json())
            files["trace.txt"] = text(self.trace, f"{self.design.name}: from apply to a settled cluster", View())
        files["verify.json"] = _json(_timeless(document(list(self.verdicts))))
        files["report.md"] = self.report()
        return files

    def report(self) -> str:
        """A page that says what was found and where to look."""
        placement = self.placement
        return template("report.md.j2").render(
            design=self.design,
            objects=len(applied(self.design)),
            files=list(self.package.files),
            placement=placement,
            placed=isinstance(placement, Placement),
            infeasible=isinstance(placement, Infeasible),
            undecided=isinstance(placement, Unknown),
            nodes=by_node(placement.assignments) if isinstance(placement, Placement | Unknown) else {},
            verdicts=[(word(v), v, tell(v) if isinstance(v, Violated) else "") for v in self.verdicts],
            verified=self.verified,
            trace=self.trace,
            components=_voices(self.trace),
            findings=self.findings,
        )

    @property
    def decided(self) -> bool:
        """Whether every question got an answer in time."""
        return not any(isinstance(answer, Unknown | Undecided) for answer in (self.placement, *self.verdicts))

    @property
    def sound(self) -> bool:
        """Everything fits, everything that was asked is proved."""
        return isinstance(self.placement, Placement) and all(isinstance(v, Proved) for v in self.verdicts)


def _voices(trace: Trace | None) -> list[tuple[str, int]]:
    """How often each component spoke, nodes taken together, in order of first appearance."""
    counts: dict[str, int] = {}
    for step in trace.steps if trace is not None else ():
        name = step.component
        if name.partition("/")[0] in ("kubelet", "container-runtime", "kube-proxy"):
            name = name.partition("/")[0]
        counts[name] = counts.get(name, 0) + 1
    return list(counts.items())


def _timeless(verdicts: dict[str, Json]) -> dict[str, Json]:
    """Without the seconds, which differ from run to run: files are the same byte for byte."""
    results = verdicts["results"]
    assert isinstance(results, list)
    for result in results:
        if isinstance(result, dict):
            result["seconds"] = None
    return verdicts


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
