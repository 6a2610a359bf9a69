"""After a rollout the pods are not spread as the workload asks.

While the new pods are placed the old ones count, too; when those have gone, the rest may stand unevenly, and nothing
moves it. `matchLabelKeys: [pod-template-hash]` spreads each revision by itself.

Fails:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 3
        topologySpread node { maxSkew: 1  whenUnsatisfiable: DoNotSchedule }
        strategy { rollingUpdate { maxSurge: 1  maxUnavailable: 0 } }
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 500m  memory: 256Mi } }
      }
    }

Passes:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 3
        topologySpread node {
          maxSkew: 1
          whenUnsatisfiable: DoNotSchedule
          matchLabelKeys: ["pod-template-hash"]
        }
        strategy { rollingUpdate { maxSurge: 1  maxUnavailable: 0 } }
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 500m  memory: 256Mi } }
      }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9124", "spread-lost", Severity.WARNING, __doc__)
