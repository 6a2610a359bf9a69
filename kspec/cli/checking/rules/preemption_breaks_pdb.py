"""Preemption has to break a PodDisruptionBudget.

Decided with Z3: with a more important workload at the most it may run, this one does not fit beside it with as many
pods as its budget wants. kube-scheduler prefers victims whose budget allows it, and takes others where there are none:
budgets do not stop preemption.

Fails:

    cluster lab {
      nodepool general { count: 2  machine { cpu: 4  memory: 16Gi } }
      priorityclass urgent { value: 1000 }
    }
    namespace shop {
      deployment web {
        priorityClassName: urgent
        container app {
          image: "ghcr.io/acme/web:1.4"
          resources { cpu: 2  memory: 256Mi }
        }
      }
      hpa web { replicas: 2..3  cpu: 70% }
      deployment cache {
        replicas: 2
        container redis {
          image: "redis:7.4"
          resources { cpu: 2  memory: 256Mi }
        }
      }
      resource policy/v1 PodDisruptionBudget cache {
        spec { minAvailable: 2  selector { matchLabels: { "app.kubernetes.io/name": cache } } }
      }
    }

Passes:

    cluster lab {
      nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } }
      priorityclass urgent { value: 1000 }
    }
    namespace shop {
      deployment web {
        priorityClassName: urgent
        container app {
          image: "ghcr.io/acme/web:1.4"
          resources { cpu: 2  memory: 256Mi }
        }
      }
      hpa web { replicas: 2..4  cpu: 70% }
      deployment cache {
        replicas: 2
        container redis {
          image: "redis:7.4"
          resources { cpu: 2  memory: 256Mi }
        }
      }
      resource policy/v1 PodDisruptionBudget cache {
        spec { minAvailable: 1  selector { matchLabels: { "app.kubernetes.io/name": cache } } }
      }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS4026", "preemption-breaks-pdb", Severity.WARNING, __doc__)
