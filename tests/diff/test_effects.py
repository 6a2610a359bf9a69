"""What follows from a change: each consequence once, and nothing where nothing follows."""

from __future__ import annotations

from typing import Any

import pytest

from kspec.diff.difference import Difference, Question, difference
from kspec.elaborate import load
from kspec.elaborate.design import Design

SERVER = """\
namespace shop {{
  {kind} web {{
    {fields}
    container app {{ image: "web:{tag}"  port http: 80  resources {{ cpu: 1  memory: 1Gi..1Gi }} {container} }}
  }}
  service web {{ target: web  port http: 80 }}
  {more}
}}
{cluster}
"""


def text(**given: Any) -> str:
    usual = {"kind": "deployment", "fields": "replicas: 3", "tag": "1", "container": "", "more": "", "cluster": ""}
    return SERVER.format(**{**usual, **given})


def design(source: str) -> Design:
    loaded = load(["-"], stdin=source)
    assert loaded.design is not None, [d.message for d in loaded.diagnostics]
    return loaded.design


def change(old: str, new: str, *, solve: bool = False) -> Difference:
    return difference(Question(design(old), design(new), solve=solve), lambda words: None)


def told(old: str, new: str, *, solve: bool = False) -> list[str]:
    return [f"{d.rule.id} {d.message}" for d in change(old, new, solve=solve).effects]


def sts(**given: Any) -> str:
    return text(kind="statefulset", **given)


CLAIM = """\
storageclass slow {{ provisioner: "csi.example.com"  allowVolumeExpansion: {expand} }}
pvc data {{
  accessModes: ["ReadWriteOnce"]  storageClassName: "slow"  resources {{ requests {{ storage: {size} }} }}
}}
"""
NODE = "nodepool general {{ count: {count}  machine {{ cpu: {cpu}  memory: 8Gi }} }}"
ONE_NODE = NODE.format(count=1, cpu=4)
ENV = "env { LEVEL: configmap(conf, level) }"


@pytest.mark.parametrize(
    ("old", "new", "effects"),
    [
        (text(), text(), []),
        (text(), text(fields="replicas: 5"), []),
        (text(), text(tag=2), ["KS8001 Deployment web: its 3 pods are replaced, at most 1 more and 0 fewer at a time"]),
        (
            text(fields="strategy { type: Recreate }"),
            text(fields="strategy { type: Recreate }", tag=2),
            [
                "KS8003 Deployment web: nobody serves while its pods are replaced",
                "KS8001 Deployment web: its pod is replaced, all at once (Recreate)",
            ],
        ),
        (text(fields="replicas: 0"), text(fields="replicas: 0", tag=2), []),
        (text(fields="paused: true"), text(fields="paused: true", tag=2),
         ["KS8002 Deployment web: it is paused: no pod is replaced"]),
        (sts(), sts(tag=2),
         ["KS8001 StatefulSet web: its 3 pods are replaced, one after the other, the highest ordinal first"]),
        (
            sts(fields="replicas: 3  updateStrategy { type: OnDelete }"),
            sts(fields="replicas: 3  updateStrategy { type: OnDelete }", tag=2),
            ["KS8002 StatefulSet web: updateStrategy OnDelete: pods stay what they are until someone deletes them"],
        ),
        (
            sts(fields="replicas: 3  updateStrategy { rollingUpdate { partition: 1 } }"),
            sts(fields="replicas: 3  updateStrategy { rollingUpdate { partition: 1 } }", tag=2),
            [
                "KS8002 StatefulSet web: pods with ordinals below 1 stay what they are (partition)",
                "KS8001 StatefulSet web: its 3 pods are replaced, from ordinal 1 up",
            ],
        ),
        (
            text(kind="daemonset", fields=""),
            text(kind="daemonset", fields="", tag=2),
            ["KS8001 DaemonSet web: its pods are replaced, node by node, 1 at a time"],
        ),
        (
            sts(fields='podManagementPolicy: "OrderedReady"'),
            sts(fields='podManagementPolicy: "Parallel"', tag=2),
            ["KS1006 spec: Forbidden: updates to statefulset spec for fields other than"],
        ),
        (text(more="pdb web { minAvailable: 2 }"), text(more="pdb web { minAvailable: 2 }", fields="replicas: 4"), []),
        (
            text(more="pdb web { minAvailable: 2 }"),
            text(more="pdb web { minAvailable: 1 }"),
            ["KS8004 a drain may take 2 of 3 pods of Deployment web at a time; it was 1"],
        ),
        (text(more="pdb web { minAvailable: 1 }"), text(more="pdb web { minAvailable: 2 }"), []),
        (
            text(more="pdb web { maxUnavailable: 1 }"),
            text(),
            ["KS8004 a drain may take 3 of 3 pods of Deployment web at a time; it was 1"],
        ),
        (
            text(more="pdb web { maxUnavailable: 1 }"),
            text(more='pdb web { maxUnavailable: "50%" }'),
            ["KS8004 a drain may take 2 of 3 pods of Deployment web at a time; it was 1"],
        ),
        (
            text(more='configmap conf { data { level: "a" } }', container=ENV),
            text(more='configmap conf { data { level: "b" } }', container=ENV),
            ["KS8002 ConfigMap conf changes, and running pods of Deployment web keep the old values"],
        ),
        (
            text(more='configmap conf { data { level: "a" } }', container=ENV),
            text(more='configmap conf { data { level: "b" } }', container=ENV, tag=2),
            ["KS8001 Deployment web: its 3 pods are replaced"],
        ),
        (
            text(more="namespace spare { }"), text(),
            ["KS8005 with namespace spare goes everything in it"],
        ),
        (
            text(more='pvc data { accessModes: ["ReadWriteOnce"]  resources { requests { storage: 1Gi } } }'), text(),
            ["KS8005 with claim data goes its disk: reclaimPolicy is Delete"],
        ),
        (CLAIM.format(expand="true", size="1Gi"), CLAIM.format(expand="true", size="2Gi"), []),
        (
            CLAIM.format(expand="false", size="1Gi"),
            CLAIM.format(expand="false", size="2Gi"),
            ["KS7004 claim data is to grow, and class slow does not allow expansion"],
        ),
        (
            CLAIM.format(expand="true", size="2Gi"),
            CLAIM.format(expand="true", size="1Gi"),
            ["KS1009 spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"],
        ),
    ],
)  # fmt: skip
def test_consequences_are_told(old: str, new: str, effects: list[str]) -> None:
    found = told(old, new)
    assert len(found) == len(effects), found
    for words, wanted in zip(found, effects, strict=True):
        assert words.startswith(wanted)


def test_a_rollout_without_a_node_to_spare_is_found() -> None:
    tight = "replicas: 1  strategy { rollingUpdate { maxSurge: 1  maxUnavailable: 0 } }  hostNetwork: true"
    found = change(text(fields=tight, cluster=ONE_NODE), text(fields=tight, tag=2, cluster=ONE_NODE), solve=True)
    (stuck,) = [d for d in found.effects if d.rule.id == "KS8007"]
    assert stuck.message == "Deployment web: its rollout can not finish"
    assert stuck.story[0].startswith("user: ") and stuck.span is not None


def test_a_rollout_with_room_is_fine() -> None:
    old, new = (text(cluster=ONE_NODE, tag=tag) for tag in (1, 2))
    assert told(old, new, solve=True) == [
        "KS8001 Deployment web: its 3 pods are replaced, at most 1 more and 0 fewer at a time"
    ]


def test_without_nodes_that_is_said_and_paper_is_looked_at() -> None:
    quota = 'quota team { hard: { "requests.cpu": "3" } }'
    old, new = (text(more=quota, tag=tag) for tag in (1, 2))
    found = change(old, new, solve=True)
    assert "KS4009" in {d.rule.id for d in found.effects}
    assert any("on paper" in note for note in found.notes) and not found.undecided


def test_what_no_longer_fits_is_found() -> None:
    old, new = text(cluster=ONE_NODE), text(cluster=ONE_NODE, fields="replicas: 5")
    assert any(words.startswith("KS8006 it fitted before: ") for words in told(old, new, solve=True))
    again = change(new, text(cluster=ONE_NODE, fields="replicas: 6"), solve=True)
    assert not any(d.rule.id == "KS8006" for d in again.effects)
    assert any("before" in note for note in again.notes)


def test_defaults_and_other_spellings_are_no_change() -> None:
    old = text(fields="replicas: 1")
    new = text(fields="strategy { type: RollingUpdate }  revisionHistoryLimit: 10").replace("cpu: 1 ", "cpu: 1000m ")
    assert change(old, new).objects == ()
