"""A controller of the design's own writes over what somebody else wrote since it looked.

It remembers a field, works out a new value from that, and writes it without asking whether the field is still what it
was: what others wrote in between is lost. Write with the resourceVersion that was read, which is a guard here: `when
s.read == s.replicas`.

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
    component grower(d: Deployment) {
      state { read: 0..4 = 0  done: bool = false }
      action look when lost && d.read == 0 && !d.done { d.read := d.replicas }
      action write when d.read > 0 && !d.done { d.replicas := d.read + 1  d.done := true }
      let lost = count(n in nodes where !n.ready) > 0
    }
    invariant small: always web.replicas <= 4 under loss(1 node), edit(web, replicas: 3)

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
    component grower(d: Deployment) {
      state { read: 0..4 = 0  done: bool = false }
      action look when lost && d.read == 0 && !d.done { d.read := d.replicas }
      action write when d.read > 0 && !d.done && d.read == d.replicas {
        d.replicas := d.read + 1
        d.done := true
      }
      let lost = count(n in nodes where !n.ready) > 0
    }
    invariant small: always web.replicas <= 4 under loss(1 node), edit(web, replicas: 3)
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9115", "lost-update", Severity.ERROR, __doc__)
