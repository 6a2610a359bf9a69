"""A goal is not reached for ever.

The components can get stuck short of the goal, or go round in a loop. The finding tells the story; a step of the
environment (a user, a lost node, the clock) is never forced to happen.

Fails:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 500m  memory: 256Mi } }
      }
      pdb web { minAvailable: 2 }
    }
    goal drains: eventually always forall n in nodes: n.drained under drain(any node)

Passes:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 500m  memory: 256Mi } }
      }
      pdb web { minAvailable: 1 }
    }
    goal drains: eventually always forall n in nodes: n.drained under drain(any node)
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9002", "liveness-violated", Severity.ERROR, __doc__)
