"""The cluster does not come to rest: controllers undo each other's work.

With nothing happening from outside, some controllers go round for ever: two of them set one field (GitOps and an
autoscaler), the descheduler evicts what the scheduler puts back, a pod is created where a taint evicts it. Where only
autoscalers and the descheduler are in the loop it is told as KS9108, of one autoscaler as KS9107, of one controller of
the design's own as KS9114.

Fails:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 500m  memory: 256Mi } }
      }
      hpa web { replicas: 4..8  cpu: 70% }
    }

    resource argoproj.io/v1alpha1 Application shop {
      namespace: argocd
      spec { destination { namespace: shop }  syncPolicy { automated { selfHeal: true } } }
    }

Passes:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 4
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 500m  memory: 256Mi } }
      }
      hpa web { replicas: 4..8  cpu: 70% }
    }

    resource argoproj.io/v1alpha1 Application shop {
      namespace: argocd
      spec { destination { namespace: shop }  syncPolicy { automated { selfHeal: true } } }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9109", "controller-fight", Severity.ERROR, __doc__)
