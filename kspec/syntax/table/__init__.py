"""The parse table of the grammar: compiled by Lark, kept in a cache, read as plain data."""

from kspec.syntax.table.store import table
from kspec.syntax.table.table import END, Rule, Table

__all__ = ["END", "Rule", "Table", "table"]
