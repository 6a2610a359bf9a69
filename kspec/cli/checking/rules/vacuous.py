"""A property that is about nothing.

It holds because its premise never happens, what it counts is empty, or an action it depends on never fires. That is no
proof of anything; often a selector or a name is wrong.

Fails:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 500m  memory: 256Mi } }
      }
    }
    invariant calm: always web.ready > 5 => web.pending == 0

Passes:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 500m  memory: 256Mi } }
      }
    }
    invariant calm: always web.ready > 1 => web.pending == 0
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9005", "vacuous", Severity.WARNING, __doc__)
