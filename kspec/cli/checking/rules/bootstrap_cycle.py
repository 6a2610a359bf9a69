"""On an empty cluster a workload never starts: it waits for what waits for it.

Asked of workloads that say what they wait for: `kspec.dev/waits-for` (init containers wait for Services) and
`kspec.dev/needs` (not ready while a Service has no endpoint). Pods that find no node are another matter (KS4011).

Fails:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment a {
        spec.template.metadata.annotations { "kspec.dev/waits-for": "b" }
        container app { image: "ghcr.io/acme/a:1"  resources { cpu: 100m  memory: 64Mi }  port http: 8080 }
      }
      service a { target: a  port http: 80 -> http }
      deployment b {
        spec.template.metadata.annotations { "kspec.dev/waits-for": "a" }
        container app { image: "ghcr.io/acme/b:1"  resources { cpu: 100m  memory: 64Mi }  port http: 8080 }
      }
      service b { target: b  port http: 80 -> http }
    }

Passes:

    cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      deployment a {
        spec.template.metadata.annotations { "kspec.dev/waits-for": "b" }
        container app { image: "ghcr.io/acme/a:1"  resources { cpu: 100m  memory: 64Mi }  port http: 8080 }
      }
      service a { target: a  port http: 80 -> http }
      deployment b {
        container app { image: "ghcr.io/acme/b:1"  resources { cpu: 100m  memory: 64Mi }  port http: 8080 }
      }
      service b { target: b  port http: 80 -> http }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9110", "bootstrap-cycle", Severity.ERROR, __doc__)
