"""YAML and JSON as kubectl reads them, with the place of every part."""

from kspec.source.yaml.document import Broken, Document, DuplicateKey, Reading, Repeat
from kspec.source.yaml.reader import read_documents

__all__ = ["Broken", "Document", "DuplicateKey", "Reading", "Repeat", "read_documents"]
