"""Proofs and bounded searches about flat systems (`kspec.core.lower.flatten`): the symbolic reading of behaviour."""
