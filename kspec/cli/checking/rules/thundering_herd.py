"""A rollout starts all pods of a workload at once.

Caches are cold, connections are made anew and leaders elected, all at the same moment. Asked of Deployments and
DaemonSets of three pods and more: while all of them are in the making nobody works.

Fails:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 3
        strategy { rollingUpdate { maxSurge: 0  maxUnavailable: 3 } }
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 500m  memory: 256Mi } }
      }
    }

Passes:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 3
        strategy { rollingUpdate { maxSurge: 0  maxUnavailable: 1 } }
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 500m  memory: 256Mi } }
      }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9119", "thundering-herd", Severity.WARNING, __doc__)
