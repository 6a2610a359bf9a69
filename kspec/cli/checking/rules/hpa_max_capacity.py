"""The cluster can not hold all autoscalers at their limits.

Decided exactly, with Z3, with every autoscaled workload at its maxReplicas at the same time and pools at any size of
their range. A peak that all workloads share ends in pods that are Pending.

Fails:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 1  memory: 256Mi } }
      }
      hpa web { replicas: 2..20  cpu: 70% }
    }

Passes:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 1  memory: 256Mi } }
      }
      hpa web { replicas: 2..9  cpu: 70% }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS4017", "hpa-max-capacity", Severity.WARNING, __doc__)
