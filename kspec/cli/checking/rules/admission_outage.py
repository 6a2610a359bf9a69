"""The pods that answer an admission webhook are not admitted without it.

The webhook fails closed and is asked about its own pods: when none of them is left, none can be created again, and no
other pod either. Asked of Deployments behind such a webhook, while they are rolled out and while a node is lost.
Exempt their namespace with a namespaceSelector, or let it fail open.

Fails:

    cluster lab { nodepool general { count: 2  machine { cpu: 4  memory: 16Gi } } }
    namespace policy {
      deployment webhook {
        container server {
          image: "ghcr.io/acme/policy:1"
          port https: 8443
          resources { cpu: 100m  memory: 64Mi }
        }
      }
      service webhook { target: webhook  port https: 443 -> https }
    }
    resource admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration policy {
      webhooks: [
        {
          name: "pods.policy.acme.io",
          failurePolicy: Fail,
          sideEffects: None,
          admissionReviewVersions: ["v1"],
          clientConfig: { service: { namespace: policy, name: webhook, path: "/validate" } },
          rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
        },
      ]
    }

Passes:

    cluster lab { nodepool general { count: 2  machine { cpu: 4  memory: 16Gi } } }
    namespace policy {
      deployment webhook {
        container server {
          image: "ghcr.io/acme/policy:1"
          port https: 8443
          resources { cpu: 100m  memory: 64Mi }
        }
      }
      service webhook { target: webhook  port https: 443 -> https }
    }
    resource admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration policy {
      webhooks: [
        {
          name: "pods.policy.acme.io",
          failurePolicy: Ignore,
          sideEffects: None,
          admissionReviewVersions: ["v1"],
          clientConfig: { service: { namespace: policy, name: webhook, path: "/validate" } },
          rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
        },
      ]
    }
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9122", "admission-outage", Severity.ERROR, __doc__)
