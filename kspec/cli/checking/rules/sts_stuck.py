"""A bad rollout of a StatefulSet can not be taken back without deleting a pod by hand.

With `OrderedReady`, the pod of the bad revision never becomes ready, and no other pod is touched before it is: not
even to give it back its old template. Information and no error, for it is so of every StatefulSet with the defaults of
Kubernetes; members that may start together can use `podManagementPolicy: Parallel`.

Fails:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      service db { clusterIP: "None"  selector { app: db }  port sql: 5432 -> 5432 }
      statefulset db {
        replicas: 2
        serviceName: db
        container postgres { image: "postgres:17.5"  resources { cpu: 500m  memory: 1Gi } }
      }
    }

Passes:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      service db { clusterIP: "None"  selector { app: db }  port sql: 5432 -> 5432 }
      statefulset db {
        replicas: 2
        serviceName: db
        podManagementPolicy: Parallel
        container postgres { image: "postgres:17.5"  resources { cpu: 500m  memory: 1Gi } }
      }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9106", "sts-stuck", Severity.INFO, __doc__)
