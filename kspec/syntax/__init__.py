"""The language as text: reading it into nodes, and laying it out."""

from kspec.syntax.reader import Parsed, parse, parse_expression

__all__ = ["Parsed", "parse", "parse_expression"]
