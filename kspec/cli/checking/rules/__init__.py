"""The rules that need solving or model checking, one a module; what they assume is on their pages.

The pages are in kspec's own language, and so are their examples, as far as a page can hold one.
"""

from __future__ import annotations

from kspec.cli.checking.rules.admission_outage import RULE as ADMISSION_OUTAGE
from kspec.cli.checking.rules.autoscaler_cannot_help import RULE as CANNOT_HELP
from kspec.cli.checking.rules.autoscaler_fight import RULE as AUTOSCALER_FIGHT
from kspec.cli.checking.rules.availability_dip import RULE as AVAILABILITY_DIP
from kspec.cli.checking.rules.bootstrap_cycle import RULE as BOOTSTRAP_CYCLE
from kspec.cli.checking.rules.cascade import RULE as CASCADE
from kspec.cli.checking.rules.controller_fight import RULE as CONTROLLER_FIGHT
from kspec.cli.checking.rules.crash_unsafe import RULE as CRASH_UNSAFE
from kspec.cli.checking.rules.data_loss_window import RULE as DATA_LOSS
from kspec.cli.checking.rules.drain_capacity import RULE as DRAIN
from kspec.cli.checking.rules.drain_deadlock import RULE as DRAIN_DEADLOCK
from kspec.cli.checking.rules.finalizer_stuck import RULE as FINALIZER_STUCK
from kspec.cli.checking.rules.fragmentation import RULE as FRAGMENTATION
from kspec.cli.checking.rules.hpa_max_capacity import RULE as HPA_CAPACITY
from kspec.cli.checking.rules.hpa_oscillation import RULE as HPA_OSCILLATION
from kspec.cli.checking.rules.invariant_violated import RULE as VIOLATED
from kspec.cli.checking.rules.liveness_violated import RULE as NOT_REACHED
from kspec.cli.checking.rules.lost_update import RULE as LOST_UPDATE
from kspec.cli.checking.rules.no_recovery import RULE as NO_RECOVERY
from kspec.cli.checking.rules.not_idempotent import RULE as NOT_IDEMPOTENT
from kspec.cli.checking.rules.placement_not_forced import RULE as NOT_FORCED
from kspec.cli.checking.rules.preemption_breaks_pdb import RULE as BREAKS_BUDGET
from kspec.cli.checking.rules.preemption_victim import RULE as VICTIM
from kspec.cli.checking.rules.reconcile_livelock import RULE as LIVELOCK
from kspec.cli.checking.rules.rollout_deadlock import RULE as ROLLOUT_DEADLOCK
from kspec.cli.checking.rules.scenario_failed import RULE as SCENARIO
from kspec.cli.checking.rules.split_brain import RULE as SPLIT_BRAIN
from kspec.cli.checking.rules.spread_lost import RULE as SPREAD_LOST
from kspec.cli.checking.rules.stale_read import RULE as STALE_READ
from kspec.cli.checking.rules.sts_stuck import RULE as STS_STUCK
from kspec.cli.checking.rules.thundering_herd import RULE as HERD
from kspec.cli.checking.rules.unfair_starvation import RULE as STARVATION
from kspec.cli.checking.rules.unknown_bound import RULE as UNDECIDED
from kspec.cli.checking.rules.unschedulable import RULE as UNSCHEDULABLE
from kspec.cli.checking.rules.upgrade_deadlock import RULE as UPGRADE_DEADLOCK
from kspec.cli.checking.rules.vacuous import RULE as VACUOUS
from kspec.cli.checking.rules.waste import RULE as WASTE
from kspec.cli.checking.rules.zone_loss_capacity import RULE as ZONE_LOSS

PLACED = (
    UNSCHEDULABLE,
    NOT_FORCED,
    HPA_CAPACITY,
    ZONE_LOSS,
    DRAIN,
    CANNOT_HELP,
    VICTIM,
    BREAKS_BUDGET,
    WASTE,
    FRAGMENTATION,
)
"""Whether and how the pods fit."""
PROVED = (VIOLATED, NOT_REACHED, UNDECIDED, VACUOUS, STALE_READ, CRASH_UNSAFE, NOT_IDEMPOTENT, LOST_UPDATE)
"""What the design promises, and what its own controllers do."""
PLAYED = (SCENARIO,)
LIBRARY = (
    ROLLOUT_DEADLOCK,
    DRAIN_DEADLOCK,
    UPGRADE_DEADLOCK,
    AVAILABILITY_DIP,
    CASCADE,
    STS_STUCK,
    HPA_OSCILLATION,
    AUTOSCALER_FIGHT,
    CONTROLLER_FIGHT,
    BOOTSTRAP_CYCLE,
    LIVELOCK,
    FINALIZER_STUCK,
    SPLIT_BRAIN,
    HERD,
    STARVATION,
    DATA_LOSS,
    ADMISSION_OUTAGE,
    NO_RECOVERY,
    SPREAD_LOST,
)
"""What every design is asked without asking."""
RULES = PLACED + PROVED + LIBRARY + PLAYED
SOLVED = frozenset(r.id for r in RULES)

__all__ = [
    "ADMISSION_OUTAGE",
    "AUTOSCALER_FIGHT",
    "AVAILABILITY_DIP",
    "BOOTSTRAP_CYCLE",
    "BREAKS_BUDGET",
    "CANNOT_HELP",
    "CASCADE",
    "CONTROLLER_FIGHT",
    "CRASH_UNSAFE",
    "DATA_LOSS",
    "DRAIN",
    "DRAIN_DEADLOCK",
    "FINALIZER_STUCK",
    "FRAGMENTATION",
    "HERD",
    "HPA_CAPACITY",
    "HPA_OSCILLATION",
    "LIBRARY",
    "LIVELOCK",
    "LOST_UPDATE",
    "NOT_FORCED",
    "NOT_IDEMPOTENT",
    "NOT_REACHED",
    "NO_RECOVERY",
    "PLACED",
    "PLAYED",
    "PROVED",
    "ROLLOUT_DEADLOCK",
    "RULES",
    "SCENARIO",
    "SOLVED",
    "SPLIT_BRAIN",
    "SPREAD_LOST",
    "STALE_READ",
    "STARVATION",
    "STS_STUCK",
    "UNDECIDED",
    "UNSCHEDULABLE",
    "UPGRADE_DEADLOCK",
    "VACUOUS",
    "VICTIM",
    "VIOLATED",
    "WASTE",
    "ZONE_LOSS",
]
