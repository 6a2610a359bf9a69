"""A namespace can not be deleted for good.

After `kubectl delete namespace` something in it never goes: an object whose finalizer nobody removes any more, often
because the operator that would was deleted with the namespace.

Fails:

    cluster lab { nodepool general { count: 2  machine { cpu: 4  memory: 16Gi } } }
    namespace app {
      deployment operator {
        replicas: 1
        container manager {
          image: "ghcr.io/acme/operator:2"
          resources { cpu: 100m  memory: 64Mi }
        }
      }
      resource acme.io/v1 Database main { metadata { finalizers: ["acme.io/cleanup"] } }
    }
    component operator(d: Database) {
      action finalize when d.deleting && d.stored && deployment/operator.ready > 0 { d.stored := false }
    }

Passes:

    cluster lab { nodepool general { count: 2  machine { cpu: 4  memory: 16Gi } } }
    namespace app {
      deployment operator {
        replicas: 1
        container manager {
          image: "ghcr.io/acme/operator:2"
          resources { cpu: 100m  memory: 64Mi }
        }
      }
      resource acme.io/v1 Database main { spec { size: 1 } }
    }
    component operator(d: Database) {
      action finalize when d.deleting && d.stored && deployment/operator.ready > 0 { d.stored := false }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9117", "finalizer-stuck", Severity.ERROR, __doc__)
