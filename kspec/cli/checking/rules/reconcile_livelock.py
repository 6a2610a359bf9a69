"""A controller of the design's own never comes to an end.

Nothing happens from outside, and one controller goes round for ever, undoing its own work. Of several controllers that
undo each other's it is KS9109.

Fails:

    cluster lab { nodepool general { count: 2  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 1
        container app {
          image: "ghcr.io/acme/web:1.4"
          resources { cpu: 100m  memory: 64Mi }
        }
      }
    }
    component scaler(d: Deployment) {
      action up when d.replicas < 2 {
        d.replicas := d.replicas + 1
        tell scaler scale on d "adds a replica to ${d}"
      }
      action down when d.replicas > 1 {
        d.replicas := d.replicas - 1
        tell scaler scale on d "takes a replica from ${d}"
      }
    }
    goal grows: eventually always web.ready == web.replicas

Passes:

    cluster lab { nodepool general { count: 2  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 1
        container app {
          image: "ghcr.io/acme/web:1.4"
          resources { cpu: 100m  memory: 64Mi }
        }
      }
    }
    component scaler(d: Deployment) {
      action up when d.replicas < 2 {
        d.replicas := d.replicas + 1
        tell scaler scale on d "adds a replica to ${d}"
      }
      action down when d.replicas > 2 {
        d.replicas := d.replicas - 1
        tell scaler scale on d "takes a replica from ${d}"
      }
    }
    goal grows: eventually always web.ready == web.replicas
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9114", "reconcile-livelock", Severity.ERROR, __doc__)
