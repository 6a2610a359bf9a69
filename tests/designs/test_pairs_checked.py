"""What `kspec check` says of outages when nobody promised anything: the faulty design is told, the repaired one is not.

The designs' own properties and scenarios are taken away; what is left is what every design is asked. Pairs that it does
not tell apart are listed with why.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kspec.cli.checking.options import Options
from kspec.cli.checking.run import check
from kspec.elaborate import load
from kspec.syntax import nodes as n
from tests.designs.test_pairs import EVERY
from tests.lint.checking import question

ONLY_THE_PROMISE = "the designs are the same, or nearly: only what is promised, or what happens, differs"
NEVER_ASKED = "the disturbance in it is no everyday one, and is not asked of every design"
AS_INFORMATION = "told as information: it is so wherever Kubernetes' defaults are left alone"
NOT_SEEN = {
    "B07": AS_INFORMATION,
    "B36": AS_INFORMATION,
    "failing-and-drain": AS_INFORMATION,
    "K2": ONLY_THE_PROMISE,
    "K3": NEVER_ASKED,
    "edited-by-hand": ONLY_THE_PROMISE,
    "failover": ONLY_THE_PROMISE,
    "parallel-rollout-and-drain": ONLY_THE_PROMISE,
    "percent-budget": ONLY_THE_PROMISE,
    "scaled-to-zero-by-hand": ONLY_THE_PROMISE,
    "two-leaders": ONLY_THE_PROMISE,
    "deleted-to-be-made-anew": ONLY_THE_PROMISE,
    "restart": ONLY_THE_PROMISE,
    "daemon-gap": "a daemon may be away from a node for a moment, unless somebody says otherwise",
    "never-told": NEVER_ASKED,
    "one-bad-index": "how a run fails is the application's matter, and runs are not asked to succeed",
    "priority-pushes-out": NEVER_ASKED,
    "scaled-in-a-stuck-rollout": NEVER_ASKED,
    "agent-not-tolerating": "an agent that leaves some nodes out may be meant so",
    "cordoned-node-and-surge": NEVER_ASKED,
    "cut-off-node": NEVER_ASKED,
    "finalizer-of-a-stopped-operator": NEVER_ASKED,
    "job-drained": "whether a run may be lost is the design's to say",
    "local-volume": NEVER_ASKED,
    "namespace-on-a-dead-node": NEVER_ASKED,
    "node-crash": NEVER_ASKED,
    "scale-down-empties-a-zone": NEVER_ASKED,
    "stale-scale-down": NEVER_ASKED,
}


def told(path: Path) -> set[tuple[str, str | None, str | None]]:
    """The findings of a design without promises: rule, object and field."""
    loaded = load([str(path)])
    assert loaded.design is not None
    components = tuple(
        replace(c, items=tuple(i for i in c.items if not isinstance(i, n.Property))) for c in loaded.design.components
    )
    bare = replace(loaded.design, properties=(), scenarios=(), components=components)
    found = check(replace(loaded, design=bare), question(options=Options(budget=10.0)), lambda words: None)
    return {(d.rule.id, d.object, d.field) for d in found.report.diagnostics}


@pytest.mark.slow
@pytest.mark.parametrize("pair", [pytest.param(path, id=path.name) for path, _ in EVERY])
def test_the_fault_is_told_and_not_of_the_repair(pair: Path) -> None:
    seen = bool(told(pair / "faulty.kspec") - told(pair / "fixed.kspec"))
    assert seen is (pair.name not in NOT_SEEN)
