"""Fewer nodes would do.

Decided with Z3: the least number of nodes on which everything can be placed, as declared, and the number there is at
the least. Asked where the design has pools, whose size is its own to choose. On in the profile `cost`; leave headroom
for rollouts, lost zones and peaks on purpose (KS4017, KS4018, KS4019).

Fails:

    cluster lab { nodepool general { count: 5  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 500m  memory: 256Mi } }
      }
    }

Passes:

    cluster lab { nodepool general { count: 2  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 3  memory: 256Mi } }
      }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS4027", "waste", Severity.OFF, __doc__)
