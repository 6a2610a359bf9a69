"""What a design declares about its applications and Kubernetes has no field for, in annotations `kspec/...`.

| annotation | says |
|---|---|
| `kspec/start-up` | how long the application takes to start, such as `90s` or `2m` |
| `kspec/shut-down` | how long it takes to stop |
| `kspec/run-time` | how long a job runs |
| `kspec/quorum` | `"true"` where a majority of the replicas must agree |
| `kspec/depends-on` | names of workloads it can not do without, separated by commas |
| `kspec/peak-replicas` | how many replicas the peak load needs |
| `kspec/needs` | what it asks of the API server: `list,watch pods; patch deployments.apps` |
| `kspec/isolated-from` | names of workloads that must not reach it, separated by commas |

They stand in the metadata of the workload or of its pod template. Rules that read them say nothing without them.
"""

from __future__ import annotations

import re

from kspec.api.fields import mapping
from kspec.domain.objects import Resource
from kspec.lint.sources import PodSource

PREFIX = "kspec/"
_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


def declared(pods: PodSource, name: str) -> str:
    """The text of an annotation, empty where it is absent."""
    own = declared_on(pods.resource, name)
    found = pods.annotations.get(PREFIX + name)
    return own or (found if isinstance(found, str) else "")


def declared_on(resource: Resource, name: str) -> str:
    """The text of an annotation of an object itself."""
    return mapping(resource.manifest, "metadata", "annotations").get(PREFIX + name, "")


def seconds(text: str) -> int | None:
    """`90s`, `2m`, `1h30m` in seconds; None for anything else."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        return None
    hours, minutes, rest = (int(g or 0) for g in match.groups())
    return hours * 3600 + minutes * 60 + rest
