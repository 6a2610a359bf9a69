"""A rollout or a drain can leave nobody serving, or a budget unmet.

Asked of each Deployment of two or more replicas while it is rolled out (with `kspec.dev/warm-up`: whether a pod that
can serve is left), of each Service with two or more pods while any node is drained, and of each PodDisruptionBudget
while any node is drained.

Fails:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        strategy { rollingUpdate { maxSurge: 0  maxUnavailable: 2 } }
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 500m  memory: 256Mi } }
      }
    }

Passes:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        strategy { rollingUpdate { maxSurge: 0  maxUnavailable: 1 } }
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 500m  memory: 256Mi } }
      }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9104", "availability-dip", Severity.ERROR, __doc__)
