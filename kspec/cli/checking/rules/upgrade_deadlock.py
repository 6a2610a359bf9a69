"""Nodes can not be replaced one after the other.

As when a node pool gets a new version: a node is cordoned and drained, a fresh one takes its place, then the next goes
(two nodes are looked at). What stops a drain stops the upgrade, and so does what the first node's drain leaves behind.
Told only where a drain by itself does not get stuck (KS9102).
Assumed: no surge node comes first, and nothing was on the old node's own disk.

Fails:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 500m  memory: 256Mi } }
      }
      pdb web { minAvailable: 2 }
    }

Passes:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 500m  memory: 256Mi } }
      }
      pdb web { minAvailable: 1 }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9103", "upgrade-deadlock", Severity.ERROR, __doc__)
