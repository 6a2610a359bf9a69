"""Kubernetes components as core systems, built by hand: material for testing the core without the language."""
