"""From syntax and YAML to a design: imports, names, modules, environments, short forms, types, provenance."""

from kspec.elaborate.design import Design, Loaded
from kspec.elaborate.load import load

__all__ = ["Design", "Loaded", "load"]
