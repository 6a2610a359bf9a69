"""Mistakes that have a name, each with the words it deserves; the first pattern that fits is taken.

A pattern looks at the scene and proposes a repair; it fits only if reading goes on after the repair.
"""

from __future__ import annotations

from collections.abc import Callable

from kspec.syntax.recovery.mistake import Mistake
from kspec.syntax.recovery.patterns import (
    blocks,
    brackets,
    declarations,
    lexical,
    openers,
    operators,
    quotes,
    quoting,
    types,
    words,
    yaml,
)
from kspec.syntax.recovery.scene import Scene

Pattern = Callable[[Scene], Mistake | None]

PATTERNS: tuple[Pattern, ...] = (
    yaml.other_format,
    yaml.conflict,
    yaml.template,
    yaml.block_scalar,
    yaml.anchor,
    yaml.dashes,
    quotes.missing_quote,
    quoting.schedule,
    quoting.outside_hole,
    lexical.fault,
    words.apart,
    operators.spelled_out,
    operators.range_in_words,
    operators.increment,
    blocks.one_colon,
    openers.missing_opener,
    openers.closed_early,
    brackets.missing_closer,
    brackets.left_open,
    brackets.closed_twice,
    declarations.foreign,
    types.untyped,
    types.typed_let,
    types.result_type,
    types.braced_function,
    declarations.nameless,
    declarations.bare_title,
    declarations.two_bases,
    declarations.attribute,
    words.stray_word,
    words.quoted_name,
    words.loop_in_parentheses,
    words.else_if,
    words.removed_by_words,
    operators.doubled,
    operators.ternary,
    quoting.unquoted,
    lexical.stray,
    blocks.side_by_side,
    yaml.indented,
    blocks.no_value,
    blocks.no_colon,
    operators.assignment,
    operators.needs_blank,
    brackets.mismatched,
    brackets.open_before_block,
    brackets.unfinished,
    declarations.parenthesised,
    blocks.comma,
    blocks.brace,
    blocks.colon,
)
"""In order of precedence: what is certain first, what is likely last."""

CERTAIN = frozenset(PATTERNS[: PATTERNS.index(blocks.one_colon)]) - {lexical.fault, words.apart}
"""Those that nothing but their own mistake looks like."""
