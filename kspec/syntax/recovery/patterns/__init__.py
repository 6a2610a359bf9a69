"""Mistakes that have a name, each with the words it deserves; the first pattern that fits is taken.

A pattern looks at the scene and proposes a repair; it fits only if reading goes on after the repair.
"""

from __future__ import annotations

from kspec.syntax.recovery.patterns import blocks, brackets, declarations, lexical, operators, quoting, yaml

PATTERNS = (
    yaml.other_format,
    yaml.conflict,
    yaml.template,
    yaml.block_scalar,
    yaml.anchor,
    yaml.dashes,
    quoting.schedule,
    quoting.outside_hole,
    lexical.fault,
    declarations.apart,
    operators.spelled_out,
    brackets.left_open,
    brackets.closed_twice,
    declarations.foreign,
    declarations.untyped,
    declarations.typed_let,
    declarations.result_type,
    declarations.nameless,
    declarations.stray_word,
    operators.doubled,
    operators.ternary,
    quoting.unquoted,
    lexical.stray,
    yaml.indented,
    blocks.no_value,
    blocks.no_colon,
    operators.assignment,
    operators.needs_blank,
    brackets.mismatched,
    brackets.unfinished,
    blocks.comma,
    blocks.brace,
    blocks.colon,
)
