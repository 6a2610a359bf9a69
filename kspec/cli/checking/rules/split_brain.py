"""Two pods work at the same time where only one may.

Asked of workloads that say so (`kspec.dev/single: "true"` in the pod template), while they are rolled out and while a
node stops answering: a rolling update starts the new pod beside the old one, and the pod of a node that does not
answer may still work. A StatefulSet of one waits for the old pod to be gone.

Fails:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment ledger {
        spec.template.metadata.annotations { "kspec.dev/single": "true" }
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 500m  memory: 256Mi } }
      }
    }

Passes:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      service db { clusterIP: "None"  selector { app: db }  port sql: 5432 -> 5432 }
      statefulset db {
        replicas: 1
        serviceName: db
        spec.template.metadata.annotations { "kspec.dev/single": "true" }
        container postgres { image: "postgres:17.5"  resources { cpu: 500m  memory: 1Gi } }
      }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9118", "split-brain", Severity.ERROR, __doc__)
