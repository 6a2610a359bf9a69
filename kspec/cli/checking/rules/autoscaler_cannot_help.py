"""Pods wait, and no node that a pool could add would take them.

Told next to KS4011 and KS4017 where the cluster has pools that can grow: for each workload of the conflict, why none
of these pools helps: its nodes do not suit the pod, are too small for it, or the pool is at its limit already.

Fails:

    cluster lab { nodepool general { count: 1..3  machine { cpu: 4  memory: 16Gi } } }
    namespace ml {
      deployment model {
        replicas: 1
        container app {
          image: "ghcr.io/acme/model:1"
          resources { cpu: 6  memory: 1Gi }
        }
      }
    }

Passes:

    cluster lab { nodepool general { count: 1..3  machine { cpu: 8  memory: 16Gi } } }
    namespace ml {
      deployment model {
        replicas: 1
        container app {
          image: "ghcr.io/acme/model:1"
          resources { cpu: 6  memory: 1Gi }
        }
      }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS4020", "autoscaler-cannot-help", Severity.WARNING, __doc__)
