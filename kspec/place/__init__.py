"""Placement: where pods could go, decided exactly, explained, and checked by code that shares nothing with the solver.

    problem = build(resources, cluster)      # Problem, or Diagnostics where the input is not usable
    answer = solve(problem, budget=30)       # Placement | Infeasible | Unknown
    to_json(answer)                          # the contract kspec/place/v1
    stands(problem, answer.certificate)      # a certificate, checked again on its own

"Placement" is what could be; what kube-scheduler will do, pod after pod, is `kspec.scheduler`.
"""

from kspec.place.answer import Answer, Goal, Infeasible, Placement, Repair, Unknown
from kspec.place.build import build
from kspec.place.certificate import stands
from kspec.place.checker import Violation, check
from kspec.place.goals.order import in_order
from kspec.place.problem import Problem, Requirement
from kspec.place.question import Existing
from kspec.place.report import to_json
from kspec.place.solve import solve

__all__ = [
    "Answer",
    "Existing",
    "Goal",
    "Infeasible",
    "Placement",
    "Problem",
    "Repair",
    "Requirement",
    "Unknown",
    "Violation",
    "build",
    "check",
    "in_order",
    "solve",
    "stands",
    "to_json",
]
