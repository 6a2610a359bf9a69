"""The main job on a page: what `kspec build` asks of a design, in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kspec.cache import NO_STORE, Store
from kspec.check.design import verify_design
from kspec.check.options import Options
from kspec.check.verdict import Verdict, Violated
from kspec.cli.exits import Exit
from kspec.elaborate.design import Design, Loaded
from kspec.emit.outcome import Outcome
from kspec.emit.packages.form import OutputFormat
from kspec.emit.packages.form import package as packaged
from kspec.emit.packages.package import Variants
from kspec.place import Answer, Infeasible, Problem, solve
from kspec.place import build as placement_problem
from kspec.scheduler.simulation import simulate
from kspec.source.diagnostic import Diagnostics

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a build is to do: `budget` is in seconds a property."""

    form: OutputFormat
    budget: float
    verify: bool


def build(loaded: Loaded, variants: Variants, wanted: Wanted, say: Say, store: Store = NO_STORE) -> Outcome:
    """Write, place, simulate and verify a loaded design. `variants` are of the same design."""
    design = variants.design
    findings = Diagnostics()
    findings.extend(loaded.diagnostics)
    say("writing manifests")
    package = packaged(wanted.form, variants)
    findings.extend(package.findings)
    say("placing")
    placement = _place(design, findings)
    say("simulating")
    simulated = simulate(design)
    findings.extend(simulated.diagnostics)
    verdicts: tuple[Verdict, ...] = ()
    if wanted.verify:
        options = Options(seconds=wanted.budget, progress=lambda words: say(f"verifying {words}"), store=store)
        verified = verify_design(design, options)
        findings.extend(verified.diagnostics)
        verdicts = verified.verdicts
    found = tuple(findings.sorted())
    return Outcome(design, package, placement, simulated.trace, verdicts, found, wanted.verify)


def code_of(outcome: Outcome) -> Exit:
    """Broken before undecided before clean."""
    if isinstance(outcome.placement, Infeasible) or any(isinstance(v, Violated) for v in outcome.verdicts):
        return Exit.FINDINGS
    return Exit.CLEAN if outcome.sound else Exit.UNDECIDED


def _place(design: Design, findings: Diagnostics) -> Answer | None:
    if not design.cluster.nodes and not design.cluster.pools:
        return None
    problem = placement_problem(design.resources, design.cluster, origins=design.pool_origins)
    if isinstance(problem, Problem):
        return solve(problem)
    findings.extend(problem)
    return None
