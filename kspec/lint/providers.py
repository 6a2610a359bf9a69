"""Custom resources whose operators write Secrets: certificates, sealed and external secrets.

The fields are those of cert-manager.io/v1, external-secrets.io/v1, bitnami.com/v1alpha1, secrets.hashicorp.com/v1beta1
and onepassword.com/v1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kspec.api.fields import mapping, obj, objects, text
from kspec.domain.objects import Resource
from kspec.lint.lookup import Lookup

_NAMED_IN: Mapping[str, tuple[str, ...]] = {
    "Certificate": ("secretName",),
    "ExternalSecret": ("target", "name"),
    "SealedSecret": ("template", "metadata", "name"),
    "VaultStaticSecret": ("destination", "name"),
    "VaultDynamicSecret": ("destination", "name"),
    "OnePasswordItem": ("name",),
    "InfisicalSecret": ("managedSecretReference", "secretName"),
}
"""Where in `spec` each kind names the Secret it writes; without a name there, the Secret is called like the object."""
_CERTIFICATES = ("cert-manager.io/issuer", "cert-manager.io/cluster-issuer", "kubernetes.io/tls-acme")


def provides_secret(design: Lookup, namespace: str, name: str) -> bool:
    """Whether an operator makes a Secret of that name."""
    return any(
        name in _secrets(resource)
        for kind in (*_NAMED_IN, "Ingress", "Gateway")
        for resource in design.all(kind)
        if (resource.namespace or "default") == (namespace or "default")
    )


def _secrets(resource: Resource) -> Iterator[str]:
    spec = obj(resource.manifest, "spec")
    if resource.kind in _NAMED_IN:
        yield text(spec, *_NAMED_IN[resource.kind]) or resource.name
    elif any(key in mapping(resource.manifest, "metadata", "annotations") for key in _CERTIFICATES):
        for tls in objects(spec, "tls"):
            yield text(tls, "secretName")
        for listener in objects(spec, "listeners"):
            yield from (text(r, "name") for r in objects(listener, "tls", "certificateRefs"))
