"""A controller of the design's own writes what is so already.

Each pass over an unchanged object is a write to the API server, which wakes up everybody who watches. Asked of actions
that assign to what their component stands for; the guard should ask whether there is anything to change.

Fails:

    cluster lab { nodepool general { count: 2  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment db {
        replicas: 1
        container app {
          image: "ghcr.io/acme/db:1"
          resources { cpu: 1  memory: 1Gi }
        }
      }
    }
    component marker(d: Deployment) {
      state { marked: bool = false }
      action mark when d.ready > 0 {
        d.marked := true
        tell marker patch on d "marks ${d}"
      }
    }
    goal marks: eventually always db.marked

Passes:

    cluster lab { nodepool general { count: 2  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment db {
        replicas: 1
        container app {
          image: "ghcr.io/acme/db:1"
          resources { cpu: 1  memory: 1Gi }
        }
      }
    }
    component marker(d: Deployment) {
      state { marked: bool = false }
      action mark when d.ready > 0 && !d.marked {
        d.marked := true
        tell marker patch on d "marks ${d}"
      }
    }
    goal marks: eventually always db.marked
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9113", "not-idempotent", Severity.WARNING, __doc__)
