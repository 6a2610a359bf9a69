"""Manifests in the form in which they are handed on: a folder, one file, a kustomization or a Helm chart."""
