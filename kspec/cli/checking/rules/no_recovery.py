"""After the loss of one node a workload does not get all its pods back.

Every Deployment and StatefulSet is asked whether all its pods are ready again some time after any one node stops
answering: without room or without a node that suits they wait, and a StatefulSet's pod waits for the node itself.
Information, for it is true of every StatefulSet.

Fails:

    cluster lab { nodepool general { count: 2  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 3  memory: 256Mi } }
      }
    }

Passes:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
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

RULE = rule("KS9123", "no-recovery", Severity.INFO, __doc__)
