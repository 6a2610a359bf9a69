"""From Lark's parse tree to kspec's nodes."""

from kspec.syntax.build.builder import Builder

__all__ = ["Builder"]
