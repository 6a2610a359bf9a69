"""The wire: manifests as the API server's own types read and write them."""
