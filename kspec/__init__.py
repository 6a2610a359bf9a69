"""kspec: a declarative spec compiler and model checker for Kubernetes."""

__version__ = "0.1.0"
