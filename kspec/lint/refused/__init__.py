"""Refusals of the API server, told under the catalogue's rules."""
