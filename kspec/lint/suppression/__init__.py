"""Findings that someone accepts: in kspec text, on objects, in comments, in the configuration."""
