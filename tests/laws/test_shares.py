"""A law: what the ReplicaSets get when a Deployment is scaled in a rollout is the same in the models and as objects."""

from __future__ import annotations

import pytest

from kspec.cluster.controllers.deployment.numbers import share
from tests.models.story import Story

CASES = [(10, 3, 2, 15), (10, 3, 2, 4), (6, 0, 2, 9), (7, 2, 3, 20), (8, 4, 0, 3), (4, 1, 0, 0)]
"""Replicas, surge, unavailable; the size that is asked for."""


def design(replicas: int, surge: int, unavailable: int) -> str:
    return f"""
cluster lab {{ nodepool general {{ count: 3  machine {{ cpu: 64  memory: 64Gi }} }} }}
deployment web {{
  replicas: {replicas}
  strategy {{ rollingUpdate {{ maxSurge: {surge}  maxUnavailable: {unavailable} }} }}
  container app {{ image: "web:1"  resources {{ cpu: 100m }} }}
}}
"""


def shared(sizes: dict[int, int], before: int, after: int, surge: int) -> dict[int, int]:
    """By revision the new sizes, as the control plane of objects works them out: the largest first, then the newest
    when pods are added and the oldest when they are taken away."""
    to_add = (after + surge if after else 0) - sum(sizes.values())
    newest = -1 if to_add > 0 else 1
    order = sorted(sizes, key=lambda revision: (-sizes[revision], newest * revision))
    added, found = 0, {}
    for revision in order:
        given = share(sizes[revision], after, after + surge, before + surge, to_add, added)
        found[revision] = sizes[revision] + given
        added += given
    found[order[0]] = max(0, found[order[0]] + to_add - added)
    return found


def sizes_of(story: Story) -> dict[int, int]:
    return {r: story.value(f"sum(rs.replicas for rs in revisions(web) where rs.revision == {r})") for r in (1, 2)}


@pytest.mark.parametrize(("replicas", "surge", "unavailable", "to"), CASES)
def test_both_give_the_same_shares(replicas: int, surge: int, unavailable: int, to: int) -> None:
    compared = 0
    for steps in (6, 15, 27):
        story = Story(design(replicas, surge, unavailable), under=f"rollout(web), scale(web, to: {to})").do("rollout")
        before = sizes_of(story.run(steps))
        if 0 in before.values():
            continue
        story.do(f"scale {to}")
        wanted = shared(before, replicas, to, surge)
        if wanted != before:
            story.do("share_")
            assert sizes_of(story) == wanted, before
            compared += 1
    assert compared
