"""A scenario does not come about as written.

Each scenario is played on the design's cluster once that has settled, in every course that its choices allow. An
expectation did not hold at its moment, an event can not happen there, or a state that is waited for never comes. A
scenario shows one run of the components; see `kspec test` for the trace and `kspec verify` for all runs.

Fails:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 500m  memory: 256Mi } }
      }
    }
    scenario loss "a node is lost" {
      fail any node
      wait until settled
      expect web.ready == 3
    }

Passes:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment web {
        replicas: 2
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 500m  memory: 256Mi } }
      }
    }
    scenario loss "a node is lost" {
      fail any node
      wait until settled
      expect web.ready == 2
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9006", "scenario-failed", Severity.ERROR, __doc__)
