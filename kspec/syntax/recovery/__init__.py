"""What to say about a text that cannot be read, and how to read on."""

from kspec.syntax.recovery.mistake import Mistake, told
from kspec.syntax.recovery.recover import Recovery

__all__ = ["Mistake", "Recovery", "told"]
