"""The main job on a page: what `kspec build` asks of a design, in order."""

from __future__ import annotations

from collections.abc import Callable

from kspec.cache import NO_STORE, Store
from kspec.check.design import verify_design
from kspec.check.options import Options
from kspec.check.verdict import Verdict, Violated
from kspec.cli.exits import Exit
from kspec.elaborate.design import Design, Loaded
from kspec.emit.outcome import Outcome
from kspec.place import Answer, Infeasible, Problem, solve
from kspec.place import build as placement_problem
from kspec.scheduler.simulation import simulate
from kspec.source.diagnostic import Diagnostics

Say = Callable[[str], None]


def build(loaded: Loaded, budget: float, *, verify: bool, say: Say, store: Store = NO_STORE) -> Outcome:
    """Place, simulate and verify a loaded design. What it takes is in seconds a property."""
    design = loaded.design
    assert design is not None
    findings = Diagnostics()
    findings.extend(loaded.diagnostics)
    say("placing")
    placement = _place(design, findings)
    say("simulating")
    simulated = simulate(design)
    findings.extend(simulated.diagnostics)
    verdicts: tuple[Verdict, ...] = ()
    if verify:
        options = Options(seconds=budget, progress=lambda words: say(f"verifying {words}"), store=store)
        verified = verify_design(design, options)
        findings.extend(verified.diagnostics)
        verdicts = verified.verdicts
    return Outcome(design, placement, simulated.trace, verdicts, tuple(findings.sorted()), verify)


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
