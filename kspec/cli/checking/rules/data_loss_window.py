"""For a moment no pod is left that has the data.

Asked of workloads that say that their data is in their pods (`kspec.dev/holds-data: "true"` in the pod template:
memory or an emptyDir), while they are rolled out and while any node is drained. A pod that is ready counts as one that
has it.

Fails:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment cache {
        replicas: 2
        strategy { rollingUpdate { maxSurge: 0  maxUnavailable: 2 } }
        spec.template.metadata.annotations { "kspec.dev/holds-data": "true" }
        container redis { image: "redis:7.4"  resources { cpu: 500m  memory: 256Mi } }
      }
    }

Passes:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment cache {
        replicas: 2
        strategy { rollingUpdate { maxSurge: 0  maxUnavailable: 1 } }
        spec.template.metadata.annotations { "kspec.dev/holds-data": "true" }
        container redis { image: "redis:7.4"  resources { cpu: 500m  memory: 256Mi } }
      }
      resource policy/v1 PodDisruptionBudget cache {
        spec { minAvailable: 1  selector { matchLabels: { "app.kubernetes.io/name": cache } } }
      }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9121", "data-loss-window", Severity.ERROR, __doc__)
