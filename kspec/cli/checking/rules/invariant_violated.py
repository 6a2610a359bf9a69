"""An invariant does not hold.

The finding tells the shortest story in which it breaks, step by step; each story was replayed on the unreduced model.
What is assumed of the components is in `models/`; see `kspec verify`.

Fails:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 500m  memory: 256Mi } }
      }
    }
    invariant serves: always web.available >= 2 under drain(any node)

Passes:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 500m  memory: 256Mi } }
      }
      pdb web { minAvailable: 1 }
    }
    invariant serves: always web.available >= 1 under drain(any node)
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9001", "invariant-violated", Severity.ERROR, __doc__)
