"""All pods fit, and the scheduler may still strand some.

kube-scheduler places pod after pod and takes none back: what may go anywhere can take the only node that suits
another. Orders of arrival are tried on the real scheduler's rules, after Z3 has shown that all fit; the finding names
one. That none is found proves nothing. Where only room is short, whatever the node, it is KS4028. Keep what may go
anywhere off the nodes that others need, or give those a higher priority.

Fails:

    cluster lab {
      nodepool slow { count: 1  machine { cpu: 2  memory: 16Gi }  labels: { disk: hdd } }
      nodepool fast { count: 1  machine { cpu: 2  memory: 16Gi }  labels: { disk: ssd } }
    }
    namespace shop {
      deployment web {
        replicas: 1
        container app {
          image: "ghcr.io/acme/web:1.4"
          resources { cpu: 1500m  memory: 256Mi }
        }
      }
      deployment db {
        replicas: 1
        nodeSelector: { disk: ssd }
        container postgres { image: "postgres:17.5"  resources { cpu: 1500m  memory: 256Mi } }
      }
    }

Passes:

    cluster lab {
      nodepool slow { count: 1  machine { cpu: 2  memory: 16Gi }  labels: { disk: hdd } }
      nodepool fast { count: 1  machine { cpu: 2  memory: 16Gi }  labels: { disk: ssd } }
    }
    namespace shop {
      deployment web {
        replicas: 1
        nodeSelector: { disk: hdd }
        container app { image: "ghcr.io/acme/web:1.4"  resources { cpu: 1500m  memory: 256Mi } }
      }
      deployment db {
        replicas: 1
        nodeSelector: { disk: ssd }
        container postgres { image: "postgres:17.5"  resources { cpu: 1500m  memory: 256Mi } }
      }
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS4012", "placement-not-forced", Severity.WARNING, __doc__)
