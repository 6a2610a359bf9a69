"""What the XML formats share: text that XML can hold, and the way a document is written."""

from __future__ import annotations

import re
from xml.etree import ElementTree

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """The text without characters that XML 1.0 does not allow."""
    return _FORBIDDEN.sub("\ufffd", text)


def xml_document(root: ElementTree.Element) -> str:
    """An element as an indented document."""
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"
