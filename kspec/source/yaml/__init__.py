"""YAML and JSON as kubectl reads them, with the place of every part."""

from kspec.source.yaml.document import Broken, Document, DuplicateKey, Reading, Repeat
from kspec.source.yaml.reader import read_documents
from kspec.source.yaml.scalars import Dialect

__all__ = ["Broken", "Dialect", "Document", "DuplicateKey", "Reading", "Repeat", "read_documents"]
