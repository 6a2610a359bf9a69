"""Autoscalers undo each other's work for ever.

In the loop of the story only autoscalers and the descheduler decide: two HorizontalPodAutoscalers on one workload, or
one that adds the pods which the descheduler takes away, or whose pods the cluster autoscaler (an object of kind
ClusterAutoscaler) starts anew by removing their nodes. Of VerticalPodAutoscalers nothing is said.

Fails:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web { container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 100m  memory: 64Mi } } }
      hpa web { replicas: 1..3  cpu: 50% }
    }

    resource autoscaling/v2 HorizontalPodAutoscaler by-queue {
      namespace: shop
      spec {
        minReplicas: 5
        maxReplicas: 8
        scaleTargetRef { apiVersion: "apps/v1"  kind: Deployment  name: web }
      }
    }

Passes:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web { container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 100m  memory: 64Mi } } }
      hpa web { replicas: 1..3  cpu: 50% }
    }

    resource autoscaling/v2 HorizontalPodAutoscaler by-queue {
      namespace: shop
      spec {
        minReplicas: 2
        maxReplicas: 8
        scaleTargetRef { apiVersion: "apps/v1"  kind: Deployment  name: web }
      }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9108", "autoscaler-fight", Severity.ERROR, __doc__)
