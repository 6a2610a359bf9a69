"""CustomResourceDefinitions: names and versions, schemas, the rules in them.

Not judged here: what the rules of a definition may cost, and whether they are of the right types wherever only cel-go's
full type checker can tell.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go (v1.36).
"""
