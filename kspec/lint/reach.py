"""How far an account gets: from right to right, until nothing new is reached.

Nodes are ServiceAccounts; a step leads to every account that one can act as. Upstream: the RBAC good practices of
Kubernetes name the steps ("Privilege escalation risks").
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import cached_property

from kspec.lint.grants import Grant, grants
from kspec.lint.index import Index

Account = tuple[str, str]
_WORKLOADS = (
    ("apps", "deployments"),
    ("apps", "daemonsets"),
    ("apps", "statefulsets"),
    ("batch", "jobs"),
    ("batch", "cronjobs"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way up: what is done, and as whom one can act afterwards."""

    how: str
    to: Account


@dataclass(frozen=True)
class Reach:
    """What accounts of a design can reach."""

    index: Index

    @cached_property
    def _held(self) -> dict[Account, list[Grant]]:
        held: dict[Account, list[Grant]] = {}
        for grant in grants(self.index):
            if grant.account is not None:
                held.setdefault(grant.account, []).append(grant)
        return held

    @cached_property
    def _accounts(self) -> list[Account]:
        declared = [(r.namespace or "default", r.name) for r in self.index.all("ServiceAccount")]
        return sorted({*declared, *self._held})

    @cached_property
    def _powerful(self) -> frozenset[Account]:
        """The accounts that may do everything, everywhere."""

        def everything(grant: Grant) -> bool:
            return grant.namespace is None and grant.permission.allows("*", "*", "*")

        return frozenset(account for account, held in self._held.items() if any(map(everything, held)))

    def way_up(self, start: Account) -> tuple[Step, ...]:
        """The shortest way from an account to one that may do everything; empty where there is none, or no need."""
        if not self._powerful or start in self._powerful:
            return ()
        ways: dict[Account, tuple[Step, ...]] = {start: ()}
        queue = deque([start])
        while queue:
            here = queue.popleft()
            for step in self._steps(here):
                if step.to in ways:
                    continue
                ways[step.to] = (*ways[here], step)
                if step.to in self._powerful:
                    return ways[step.to]
                queue.append(step.to)
        return ()

    def _steps(self, account: Account) -> list[Step]:
        steps = []
        for grant in self._held.get(account, ()):
            how = _acting_as(grant)
            if how is not None:
                steps += [Step(how, a) for a in self._accounts if grant.namespace in (None, a[0]) and a != account]
        return steps


def _acting_as(grant: Grant) -> str | None:
    """How a grant lets one act as any account of its namespace."""
    allows = grant.permission.allows
    if allows("create", "", "pods"):
        return "start a pod as"
    made = next((resource for group, resource in _WORKLOADS if allows("create", group, resource)), None)
    if made is not None:
        return f"create {made} that run as"
    if allows("create", "", "pods/exec"):
        return "run commands in a pod of"
    if allows("create", "", "serviceaccounts/token"):
        return "make a token of"
    return "impersonate" if allows("impersonate", "", "serviceaccounts") else None
