"""Losing one node pushes a workload off the nodes that are left.

What ran on the lost node is more important and takes the place of pods elsewhere, until none of the workload is left.
Asked of each Deployment whose pods some other workload may preempt.

Fails:

    cluster lab {
      nodepool general { count: 2  machine { cpu: 4  memory: 16Gi } }
      priorityclass urgent { value: 1000 }
    }
    namespace shop {
      deployment web {
        replicas: 1
        priorityClassName: urgent
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 3  memory: 256Mi } }
      }
      deployment batch {
        replicas: 1
        container app { image: "ghcr.io/acme/batch:2"  resources { cpu: 3  memory: 256Mi } }
      }
    }

Passes:

    cluster lab {
      nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } }
      priorityclass urgent { value: 1000 }
    }
    namespace shop {
      deployment web {
        replicas: 1
        priorityClassName: urgent
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 3  memory: 256Mi } }
      }
      deployment batch {
        replicas: 1
        container app { image: "ghcr.io/acme/batch:2"  resources { cpu: 3  memory: 256Mi } }
      }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9105", "cascade", Severity.WARNING, __doc__)
