"""A drain of some node can get stuck.

Every node is drained, as `kubectl drain` does it: cordoned, then its pods are evicted, again and again. Budgets that
never allow an eviction, and pods that fit nowhere else while a budget waits for them, hold it up for ever.

Fails:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 500m  memory: 256Mi } }
      }
      pdb web { minAvailable: 2 }
    }

Passes:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 500m  memory: 256Mi } }
      }
      pdb web { minAvailable: 1 }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9102", "drain-deadlock", Severity.ERROR, __doc__)
