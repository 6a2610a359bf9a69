"""What a change does, told: as text, as a document, as Markdown for a merge request."""

from kspec.emit.changes.document import changes_json
from kspec.emit.changes.markdown import changes_markdown
from kspec.emit.changes.text import changes_text

__all__ = ["changes_json", "changes_markdown", "changes_text"]
