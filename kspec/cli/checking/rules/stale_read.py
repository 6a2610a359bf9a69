"""A promise is broken by a controller that believes an old view of the world.

What the design promises does not hold, and would if every controller saw the world as it is: without `stale_cache` and
`lost_watch`, and with each view that a component of the design's own keeps (a variable that one of its actions brings
up to date) read anew. The finding tells the story.

Fails:

    cluster lab { nodepool general { count: 2  machine { cpu: 4  memory: 16Gi } } }
    namespace bank {
      deployment ledger {
        replicas: 1
        container app { image: "ghcr.io/acme/ledger:1"  resources { cpu: 500m  memory: 256Mi } }
      }
    }
    invariant single: never count(p in pods(ledger) where running(p)) >= 2 under evict(any pod), lost_watch(ledger)

Passes:

    cluster lab { nodepool general { count: 2  machine { cpu: 4  memory: 16Gi } } }
    namespace bank {
      statefulset ledger {
        replicas: 1
        container app { image: "ghcr.io/acme/ledger:1"  resources { cpu: 500m  memory: 256Mi } }
      }
    }
    invariant single: never count(p in pods(ledger) where running(p)) >= 2 under evict(any pod), lost_watch(ledger)
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9111", "stale-read", Severity.ERROR, __doc__)
