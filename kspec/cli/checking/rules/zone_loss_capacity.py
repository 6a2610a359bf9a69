"""After the loss of a zone the rest does not fit.

Decided exactly, with Z3, for each zone of the design: all its nodes are taken away, pools of other zones may grow
inside their range, and all pods that ran must run somewhere. Workloads as declared.

Fails:

    cluster lab {
      for z in ["a", "b"] { nodepool "general-${z}" { zone: z  count: 1  machine { cpu: 4  memory: 16Gi } } }
    }
    namespace shop {
      deployment web {
        replicas: 2
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 2500m  memory: 256Mi } }
      }
    }

Passes:

    cluster lab {
      for z in ["a", "b"] { nodepool "general-${z}" { zone: z  count: 2  machine { cpu: 4  memory: 16Gi } } }
    }
    namespace shop {
      deployment web {
        replicas: 2
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 2500m  memory: 256Mi } }
      }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS4018", "zone-loss-capacity", Severity.WARNING, __doc__)
