"""The text of a first design: manifests, a cluster, promises."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from kspec.domain.objects import Resource
from kspec.emit.language.part import Part, render
from kspec.emit.starting.promises import promises
from kspec.emit.starting.sketch import Pool
from kspec.syntax.format import format_text
from kspec.syntax.format.literals import quoted

_ACTIVE = 3
"""How many promises a first design makes; the others are there to be switched on."""
_LISTED = 8
"""As many files are named one by one; more are taken by folder."""


def started(resources: Sequence[Resource], imports: Sequence[str], imported: str, pools: Sequence[Pool]) -> str:
    """A design around manifests: imported by path, or as `imported` kspec text."""
    parts = [_head(resources), "\n".join(f"import yaml {quoted(path)}" for path in imports), imported]
    parts += [_cluster(pools), _promised(resources)]
    return format_text("\n\n".join(part for part in parts if part) + "\n")


def import_paths(files: Sequence[str], beside: Path) -> list[str]:
    """Files as imports of a text in the folder `beside`: by name, or where there are many, by folder and ending."""
    relative = [PurePosixPath(Path(os.path.relpath(f, beside)).as_posix()) for f in files]
    if len(relative) <= _LISTED:
        return [str(path) for path in relative]
    return list(dict.fromkeys(str(path.parent / f"*{path.suffix}") for path in relative))


def _head(resources: Sequence[Resource]) -> str:
    count = "1 object" if len(resources) == 1 else f"{len(resources)} objects"
    return (
        f"# Started by `kspec init` from {count}: what runs, where it may run, and what must stay true.\n"
        "#\n"
        "#   kspec check .    kspec place .    kspec verify ."
    )


def cluster_text(pools: Sequence[Pool]) -> str:
    """The block of a cluster with these pools."""
    return render([Part("cluster sketch {", (), [pool.part() for pool in pools], "}", broken=True)])


def _cluster(pools: Sequence[Pool]) -> str:
    if not pools:
        return ""
    cores = sum(pool.cores * pool.each * len(pool.zones) for pool in pools)
    comment = f"# A sketch with room for what the workloads ask for ({cores} cores). Put your own pools here."
    return f"{comment}\n{cluster_text(pools)}"


def _promised(resources: Sequence[Resource]) -> str:
    found = list({promise.text.split(":")[0]: promise for promise in promises(resources)}.values())
    if not found:
        return ""
    text = "# What must stay true; `kspec verify` proves it or tells how it breaks.\n"
    text += "\n".join(promise.text for promise in found[:_ACTIVE])
    rest = ["# " + " ".join(promise.text.splitlines()) for promise in found[_ACTIVE:]]
    if rest:
        text += "\n\n# More of the kind, each a few seconds of work:\n" + "\n".join(rest)
    return text


EXAMPLE = """\
# A first design: what runs, where it may run, and what must stay true.
#
#   kspec check .    kspec place .    kspec verify .    kspec build .
kubernetes: "1.36"

# A value that can be set from outside: kspec build . --set tag=1.5.0
param tag: string = "1.4.2"

# Three zones with a pool each. Manifests of kind Node do as well.
cluster lab {
  for z in ["a", "b", "c"] {
    nodepool "general-${z}" {
      zone: z
      count: 1..2  # a range: an autoscaler may move inside it
      machine { cpu: 4  memory: 16Gi  pods: 110 }
    }
  }
}

# Fields have Kubernetes' own names; labels and selectors follow from the workload's name.
namespace shop {
  deployment web {
    replicas: 3
    strategy { rollingUpdate { maxSurge: 1  maxUnavailable: 0 } }
    topologySpread zone { maxSkew: 1  whenUnsatisfiable: DoNotSchedule }
    container app {
      image: "ghcr.io/acme/web:${tag}"
      port http: 8080
      resources { cpu: 250m  memory: 128Mi..256Mi }  # request..limit
      readiness http { path: "/healthz"  every: 5s }
    }
  }
  service web { target: web  port http: 80 -> http }
  pdb web { minAvailable: 2 }
}

# What is different elsewhere: kspec build . --env dev
env dev { deployment/web.replicas: 2 }

# Always true, whatever happens meanwhile.
invariant budget "a drain leaves two web servers": always web.available >= 2 under drain(any node)
# Reached in the end, and kept.
goal finishes "a rollout completes": eventually always web.updated && web.available == web.desired under rollout(web)
"""
"""The design that `kspec init` writes where there are no manifests."""
