"""The formatter: one style for all texts."""

from kspec.syntax.format.formatter import Formatted, format_source, format_text, write_file

__all__ = ["Formatted", "format_source", "format_text", "write_file"]
