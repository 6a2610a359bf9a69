"""A custom resource breaks a rule of its CustomResourceDefinition.

The definition is in the input, and one of its `x-kubernetes-validations` does not hold: the API server refuses the
object with these words. Rules about what was before (`oldSelf`) are asked by `kspec diff`; nothing is said while the
object does not fit the schema (KS1004).

Fails:

    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: databases.acme.io}
    spec:
      group: acme.io
      names: {kind: Database, plural: databases}
      scope: Namespaced
      versions:
        - name: v1
          served: true
          storage: true
          schema:
            openAPIV3Schema:
              type: object
              properties:
                spec:
                  type: object
                  properties: {least: {type: integer}, most: {type: integer}}
                  x-kubernetes-validations: [{rule: self.least <= self.most, message: least is over most}]
    ---
    apiVersion: acme.io/v1
    kind: Database
    metadata: {name: main}
    spec: {least: 3, most: 2}

Passes:

    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: databases.acme.io}
    spec:
      group: acme.io
      names: {kind: Database, plural: databases}
      scope: Namespaced
      versions:
        - name: v1
          served: true
          storage: true
          schema:
            openAPIV3Schema:
              type: object
              properties:
                spec:
                  type: object
                  properties: {least: {type: integer}, most: {type: integer}}
                  x-kubernetes-validations: [{rule: self.least <= self.most, message: least is over most}]
    ---
    apiVersion: acme.io/v1
    kind: Database
    metadata: {name: main}
    spec: {least: 2, most: 3}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cel.rules import has_rules, run_rules
from kspec.api.schema import DEFAULT_VERSION, load
from kspec.api.schema import check as check_shape
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS1005", "crd-cel", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Custom resources whose definition refuses them."""
    definitions = list(index.all("CustomResourceDefinition"))
    if not definitions:
        return
    catalogue = load(index.version or DEFAULT_VERSION).with_crds(definitions)
    for resource in index.resources:
        if not catalogue.is_custom(resource.api_version, resource.kind):
            continue
        schema = catalogue.lookup(resource.api_version, resource.kind)
        if schema is None or not has_rules(schema) or any(check_shape(resource, catalogue)):
            continue
        for cause in run_rules(schema, resource.manifest, None).causes:
            yield on(RULE, resource, cause.path or ("kind",), str(cause))
