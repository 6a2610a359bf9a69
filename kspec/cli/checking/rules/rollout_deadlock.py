"""A rollout can get stuck, or go round, before it is finished.

Every workload is asked whether a rollout of a new pod template completes from a settled cluster: quotas without room
for the surge pod, one pod a node and no spare node, a budget of nothing unavailable, a volume that two pods want. The
story ends where nothing moves any more. Assumed: no autoscaler adds nodes beyond the pool's range, images run.

Fails:

    cluster lab { nodepool general { count: 2  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        strategy { rollingUpdate { maxSurge: 1  maxUnavailable: 0 } }
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 3  memory: 256Mi } }
      }
    }

Passes:

    cluster lab { nodepool general { count: 2  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        strategy { rollingUpdate { maxSurge: 0  maxUnavailable: 1 } }
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 3  memory: 256Mi } }
      }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9101", "rollout-deadlock", Severity.ERROR, __doc__)
