"""Expressions: from syntax to values."""

from kspec.elaborate.evaluate.evaluator import Evaluator

__all__ = ["Evaluator"]
