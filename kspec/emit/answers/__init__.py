"""Answers to questions about a design, as text for people."""
