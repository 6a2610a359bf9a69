"""Devices: what nodes have, what claims ask for, and who gets what."""
