"""An autoscaler goes up and down though the load stays.

Asked of Deployments with an autoscaler: with a constant load (`kspec.dev/cpu`, and `kspec.dev/cpu-cold` while a pod
starts) the size does not grow and shrink again, and a rollout does not make it grow. A stabilisation window as long as
pods need to warm up damps what is found here: of scaleUp, where starting pods make it grow, of scaleDown, where it
shrinks too early.

Fails:

    cluster lab { nodepool general { count: 1  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        spec.template.metadata.annotations {
          "kspec.dev/warm-up": "60s"
          "kspec.dev/cpu-cold": "100%"
          "kspec.dev/cpu": "37%"
        }
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 100m  memory: 64Mi } }
      }
      hpa web { replicas: 1..6  cpu: 50% }
    }

Passes:

    cluster lab { nodepool general { count: 1  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        spec.template.metadata.annotations { "kspec.dev/cpu": "37%" }
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 100m  memory: 64Mi } }
      }
      hpa web { replicas: 1..6  cpu: 50% }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9107", "hpa-oscillation", Severity.WARNING, __doc__)
