"""There is no placement at all.

Decided exactly, with Z3: however the pods are distributed, some requirement is broken. The finding names a set of
requirements that can not hold together, and repairs that were tried. Assumed: the nodes of the design and nothing else
on them; pools at any size of their range; autoscaled workloads as declared. See `kspec place`.

Fails:

    cluster lab { nodepool general { count: 1  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 3  memory: 256Mi } }
      }
    }

Passes:

    cluster lab { nodepool general { count: 2  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 3  memory: 256Mi } }
      }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS4011", "unschedulable", Severity.ERROR, __doc__)
