"""A first design around manifests that are there: what `kspec init` writes."""
