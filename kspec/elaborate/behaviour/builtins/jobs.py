"""What the failure policy of a Job says about its pods.

Upstream: pkg/controller/job/pod_failure_policy.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from kspec.domain.objects import get
from kspec.elaborate.behaviour.builtins.registry import builtin, count_of, need
from kspec.elaborate.behaviour.mistakes import TYPE, mistake
from kspec.elaborate.behaviour.things import Workload
from kspec.elaborate.behaviour.values import Value
from kspec.source.text import Span
from kspec.source.tree import Json, Object

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator

EXIT_CODE = "kspec.dev/exit-code"


@builtin("on_disruption")
def on_disruption(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """What becomes of a Job one of whose pods is evicted: `Count` unless a rule about DisruptionTarget says else."""
    count_of(args, 1, 1, "on_disruption", span)

    def means(rule: Object) -> bool:
        wanted = rule.get("onPodConditions")
        return any(
            isinstance(w, dict) and w.get("type") == "DisruptionTarget" and w.get("status", "True") == "True"
            for w in (wanted if isinstance(wanted, list) else ())
        )

    return _action(need(args[0], Workload, "a Job", span), means)


@builtin("on_exit")
def on_exit(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """What becomes of a Job one of whose pods fails by itself, with the exit code of its template's annotation."""
    count_of(args, 1, 1, "on_exit", span)
    job = need(args[0], Workload, "a Job", span)
    given = job.revisions[0].template.annotations.get(EXIT_CODE, "1")
    if not given.isdecimal():
        raise mistake(TYPE, f"expected an exit code in {EXIT_CODE}, found {given}", span)

    def means(rule: Object) -> bool:
        codes = rule.get("onExitCodes")
        values = codes.get("values") if isinstance(codes, dict) else None
        if not isinstance(codes, dict) or not isinstance(values, list):
            return False
        return (int(given) in values) == (codes.get("operator") == "In")

    return _action(job, means)


@builtin("success_rules")
def success_rules(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The rules of a Job's success policy, each with its `indexes` and how many of them are `needed`.

    Upstream: pkg/controller/job/success_policy.go (v1.36): all indexes of a rule, unless it says a number.
    """
    count_of(args, 1, 1, "success_rules", span)
    job = need(args[0], Workload, "a Job", span)
    every = tuple(o for o in job.ordinals if o is not None)
    rules: Json = get(job.resource.manifest, ("spec", "successPolicy", "rules"))
    found: list[Value] = []
    for rule in rules if isinstance(rules, list) else ():
        named, needed = get(rule, ("succeededIndexes",)), get(rule, ("succeededCount",))
        indexes = _indexes(named, span) if isinstance(named, str) else every
        found.append({"indexes": indexes, "needed": needed if isinstance(needed, int) else len(indexes)})
    return tuple(found)


@builtin("indexes_in")
def indexes_in(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The numbers that a text such as `1,3-5` lists; none where there is none."""
    count_of(args, 1, 1, "indexes_in", span)
    return () if args[0] is None else _indexes(str(args[0]), span)


_MOST = 100_000
"""Indexes of a Job that one text may list."""


def _indexes(text: str, span: Span) -> tuple[int, ...]:
    found: list[int] = []
    for part in text.split(","):
        low, dash, high = part.strip().partition("-")
        last = high if dash else low
        if not (low.isdecimal() and last.isdecimal()) or not 0 <= int(last) - int(low) < _MOST:
            raise mistake(TYPE, f"expected indexes such as 1,3-5, found {text}", span)
        found += range(int(low), int(last) + 1)
    return tuple(found)


def _action(job: Workload, means: Callable[[Object], bool]) -> str:
    """The action of the first rule that means it."""
    return next((str(rule.get("action")) for rule in _rules(job) if means(rule)), "Count")


def _rules(job: Workload) -> Iterator[Object]:
    rules: Json = get(job.resource.manifest, ("spec", "podFailurePolicy", "rules"))
    yield from (rule for rule in (rules if isinstance(rules, list) else ()) if isinstance(rule, dict))
