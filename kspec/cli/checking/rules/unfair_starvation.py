"""Pods wait for a node for ever, as more important ones keep the room.

Asked of each Deployment whose pods some other workload may preempt, on an empty cluster: pods of lower priority that
came first are pushed out, or never get in.

Fails:

    cluster lab {
      nodepool general { count: 1  machine { cpu: 4  memory: 16Gi } }
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
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9120", "unfair-starvation", Severity.WARNING, __doc__)
