"""Remembering answers: what did not change since it was asked costs nothing.

An answer is kept under a digest of everything it depends on: this kspec (`identity`), the question, and what the run
saw of the world (`kspec.source.view`). A cache is never a reason to fail and never gives another answer than asking
anew: what is damaged, unreadable or made by another kspec is not there.
"""

from kspec.cache.answers import Answers
from kspec.cache.store import NO_STORE, Folder, Store

__all__ = ["NO_STORE", "Answers", "Folder", "Store"]
