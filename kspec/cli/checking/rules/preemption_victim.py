"""A more important workload can push this one out entirely.

Decided with Z3: with the more important workload at the most it may run, not even one pod of this one fits beside it,
on pools at any size of their range. Its pods are preempted, down to the last. Give it a node of its own, the same
priority, or the other one a lower limit.

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
      hpa web { replicas: 2..4  cpu: 70% }
      deployment cache {
        replicas: 2
        container redis {
          image: "redis:7.4"
          resources { cpu: 2  memory: 256Mi }
        }
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
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS4025", "preemption-victim", Severity.WARNING, __doc__)
