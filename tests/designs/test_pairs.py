"""Outages and their repairs as users would write them: the faulty design is refuted in its shape, the other holds.

The catalogue of real outages is in `models/designs/faults`, users' own controllers in `models/designs/operators`, more
of the same kinds in `pairs`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from kspec.check.design import verify_design
from kspec.check.options import Options
from kspec.check.verdict import Proved, Shape, Verdict, Violated
from kspec.core.property import PropertyKind
from kspec.elaborate.load import load
from tests.running import DESIGNS

PAIRS = Path(__file__).parent / "pairs"
SAFETY, STUCK, OSCILLATION = Shape.SAFETY, Shape.STUCK, Shape.OSCILLATION

CATALOGUE = {
    "K1": SAFETY,
    "K2": SAFETY,
    "K3": STUCK,
    "K5": OSCILLATION,
    "K7": OSCILLATION,
    "B01": STUCK,
    "B02": STUCK,
    "B04": STUCK,
    "B06": STUCK,
    "B07": STUCK,
    "B09": STUCK,
    "B10": STUCK,
    "B12": STUCK,
    "B14": SAFETY,
    "B15": SAFETY,
    "B17": STUCK,
    "B19": OSCILLATION,
    "B22": STUCK,
    "B25": STUCK,
    "B26": STUCK,
    "B27": SAFETY,
    "B29": SAFETY,
    "B31": OSCILLATION,
    "B32": OSCILLATION,
    "B34": OSCILLATION,
    "B36": SAFETY,
    "B38": SAFETY,
    "B39": STUCK,
}
MORE = {
    "agent-not-tolerating": STUCK,
    "attached-elsewhere": STUCK,
    "autoscaled-drain": SAFETY,
    "autoscaler-minimum-over-quota": STUCK,
    "bare-pod": STUCK,
    "budget-on-one-replica": STUCK,
    "budget-percent-rounds-up": STUCK,
    "cold-after-scale-down": OSCILLATION,
    "cordoned-node-and-surge": STUCK,
    "crowded-by-others": STUCK,
    "cut-off-node": STUCK,
    "daemon-gap": SAFETY,
    "daemon-rollout": SAFETY,
    "daemon-surge-host-port": STUCK,
    "deleted-to-be-made-anew": SAFETY,
    "early-available": SAFETY,
    "edited-by-hand": STUCK,
    "everything-at-once": SAFETY,
    "eviction-storm": STUCK,
    "failing-and-drain": STUCK,
    "finalizer-of-a-stopped-operator": STUCK,
    "flapping": OSCILLATION,
    "forgotten-pause": STUCK,
    "forgotten-pod": SAFETY,
    "gitops-and-autoscaler": OSCILLATION,
    "host-port": STUCK,
    "job-drained": SAFETY,
    "killed-before-it-starts": STUCK,
    "local-volume": STUCK,
    "lost-watch": SAFETY,
    "member-in-a-lost-zone": STUCK,
    "min-domains": STUCK,
    "namespace-on-a-dead-node": STUCK,
    "never-moved": STUCK,
    "never-told": STUCK,
    "no-gpu-for-the-surge": STUCK,
    "no-room-after-drain": STUCK,
    "no-room-for-the-agent": STUCK,
    "node-crash": SAFETY,
    "once-only-volume": STUCK,
    "one-a-node": STUCK,
    "one-bad-index": STUCK,
    "ordered-rollback": STUCK,
    "overlapping-runs": SAFETY,
    "parallel-rollout-and-drain": SAFETY,
    "partition": STUCK,
    "percent-budget": SAFETY,
    "pool-at-its-maximum": STUCK,
    "priority-pushes-out": SAFETY,
    "quota-full-of-runs": STUCK,
    "quota-under-load": STUCK,
    "ready-only-together": STUCK,
    "recreate-gap": SAFETY,
    "registry-down": SAFETY,
    "replica-in-range": STUCK,
    "scale-down-blocked": STUCK,
    "scale-down-empties-a-zone": STUCK,
    "scaled-in-a-stuck-rollout": STUCK,
    "scaled-to-zero-by-hand": STUCK,
    "spread-after-zone-loss": STUCK,
    "stale-scale-down": SAFETY,
    "start-up-cycle": STUCK,
    "starved-by-priority": STUCK,
    "thresholds-overlap": OSCILLATION,
    "together-or-not-at-all": STUCK,
    "two-budgets": STUCK,
    "two-cordon": OSCILLATION,
    "two-drains-at-once": STUCK,
    "two-leaders": SAFETY,
    "untolerated-spot": STUCK,
    "volume-and-drain": STUCK,
    "webhook-drained": STUCK,
    "webhook-recreated": STUCK,
    "zone-down": STUCK,
}
OPERATORS = {"failover": SAFETY, "restart": STUCK}

SLOW = {"crowded-by-others", "no-room-after-drain", "volume-and-drain"}
"""Pairs in which several workloads compete: they take seconds."""

EVERY = [
    (folder / name, shape)
    for folder, shapes in ((DESIGNS / "faults", CATALOGUE), (PAIRS, MORE), (DESIGNS / "operators", OPERATORS))
    for name, shape in shapes.items()
]


def verdicts(path: Path) -> list[Verdict]:
    loaded = load([str(path)])
    assert loaded.design is not None, [d.message for d in loaded.diagnostics]
    verified = verify_design(loaded.design, Options())
    assert not verified.diagnostics.has_errors, [d.message for d in verified.diagnostics]
    return list(verified.verdicts)


@pytest.mark.parametrize(
    ("pair", "shape"),
    [
        pytest.param(path, shape, id=path.name, marks=[pytest.mark.slow] if path.name in SLOW else [])
        for path, shape in EVERY
    ],
)
def test_the_fault_is_found_and_the_repair_holds(pair: Path, shape: Shape) -> None:
    first, *witnesses = verdicts(pair / "faulty.kspec")
    assert isinstance(first, Violated) and first.counterexample is not None
    assert first.counterexample.shape is shape
    assert (first.counterexample.loop_start is not None) == (shape is OSCILLATION)
    assert all(isinstance(v, Proved) and v.property.kind is PropertyKind.WITNESS for v in witnesses)
    repaired = verdicts(pair / "fixed.kspec")
    assert repaired and all(isinstance(v, Proved) for v in repaired)


def test_every_pair_is_asked() -> None:
    roots = (DESIGNS / "faults", PAIRS, DESIGNS / "operators")
    assert {path for path, _ in EVERY} == {p.parent for root in roots for p in root.glob("*/faulty.kspec")}
