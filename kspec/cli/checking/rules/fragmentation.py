"""There is room enough, but in pieces that are too small.

All pods fit, and in some order of arrival kube-scheduler leaves no node with the room that a pod needs. Found as
KS4012 is; here every node would do for the pod that waits, if it were emptier. Large pods first, a higher priority for
them, or one more node.

Fails:

    cluster lab { nodepool general { count: 2  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment small {
        replicas: 4
        container app {
          image: "ghcr.io/acme/small:1"
          resources { cpu: 1  memory: 256Mi }
        }
      }
      deployment big {
        replicas: 1
        container app {
          image: "ghcr.io/acme/big:1"
          resources { cpu: 3  memory: 256Mi }
        }
      }
    }

Passes:

    cluster lab { nodepool general { count: 2  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment small {
        replicas: 2
        container app {
          image: "ghcr.io/acme/small:1"
          resources { cpu: 1  memory: 256Mi }
        }
      }
      deployment big {
        replicas: 1
        container app {
          image: "ghcr.io/acme/big:1"
          resources { cpu: 3  memory: 256Mi }
        }
      }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS4028", "fragmentation", Severity.INFO, __doc__)
