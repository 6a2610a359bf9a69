"""The rules of elaboration: what can be wrong between a text that parses and a design that means something."""

from __future__ import annotations

from kspec.api.schema.rules import TYPE, UNKNOWN_FIELD
from kspec.source.diagnostic import Rule, Severity

UNKNOWN_NAME = Rule(
    "KS0002",
    "unknown-name",
    Severity.ERROR,
    "a name that nothing declares",
    """A name in an expression, a kind, a module, a parameter, an environment or an object that is referred to, and
that neither this file, nor what it imports, nor Kubernetes has. Names may hold dashes: `a-b` is one name, `a - b` is
a difference.""",
)

UNIT = Rule(
    "KS0005",
    "unit",
    Severity.ERROR,
    "a number with a unit that its place does not know, or that could mean two things",
    """The field decides what a suffix means: `5m` is five milli in a quantity and five minutes in a field that counts
seconds. Where neither is known it is refused: quote it, or write `300s`.""",
)

DURATION = Rule(
    "KS1011",
    "duration-format",
    Severity.ERROR,
    "a time that its field can not hold exactly",
    """Fields of Kubernetes that end in `Seconds` count whole seconds: `90s`, `5m` and `1h` are converted, `1500ms` is
refused, for rounding it would change what was asked for. Write whole seconds.""",
)

OVERRIDE_TARGET = Rule(
    "KS0006",
    "override-target",
    Severity.ERROR,
    "an overlay that hits nothing",
    """An `env` block, or the body of an instance, changes or removes something that is not there. In a patch that is
silently ignored such a slip survives until production.""",
)

CONFLICT = Rule(
    "KS0007",
    "conflicting-override",
    Severity.ERROR,
    "one path is set twice and nothing says which counts",
    """Later layers win over earlier ones: a module's body, then the body of its instance, then the environment, and an
environment after the one it extends. Inside one layer there is no order, so a path may be set only once.""",
)

UNUSED = Rule(
    "KS0009",
    "unused",
    Severity.WARNING,
    "a declaration that nothing uses",
    """A parameter, `let`, `fn`, `define` or import that no part of the design refers to: a leftover, or a slip of the
pen.""",
)

CONSTANT_BRANCH = Rule(
    "KS0010",
    "unreachable-env-branch",
    Severity.WARNING,
    "a condition that is the same in every environment",
    """An `if` whose condition no parameter, loop or module can change: one of its branches is never written, with
whatever `--env` and `--set`. Make the condition depend on a `param`, or remove it.""",
)

BARE_WORD = Rule(
    "KS0011",
    "bare-string",
    Severity.ERROR,
    "a bare word that is neither a name nor a value of its field",
    """A bare word is a local name, one of the values the field allows, or an object of the kind the field refers to.
Anything else is text, and text is quoted.""",
)

DUPLICATE = Rule(
    "KS0012",
    "duplicate-object",
    Severity.ERROR,
    "the same thing is declared twice",
    """Two objects of one kind have the same namespace and name, in kspec or YAML, or two declarations have the same
name. kubectl would let the last one win without a word.""",
)

CYCLE = Rule(
    "KS0025",
    "cyclic-definition",
    Severity.ERROR,
    "a definition that needs itself",
    """Evaluation always ends: files do not import themselves, a `let` does not need its own value, a `fn` does not
call itself, a `define` does not instantiate itself and an `env` does not extend itself, directly or through
others.""",
)

TOO_LARGE = Rule(
    "KS0026",
    "too-large",
    Severity.ERROR,
    "a design that grows beyond what kspec is willing to evaluate",
    """Loops are finite, but a few nested ones multiply. The limits are far above real designs: a hundred thousand
items in a list, a million bytes in a text, two million steps in all.""",
)

IMPORT_LOSS = Rule(
    "KS0027",
    "import-loss",
    Severity.ERROR,
    "an imported object that kspec text cannot say in full",
    """`kspec import` reads what it has written and compares the objects with those it was given. Where one differs, the
place is told: keep that object in YAML and `import yaml` it.""",
)

RULES = (
    UNKNOWN_NAME,
    TYPE,
    UNKNOWN_FIELD,
    UNIT,
    DURATION,
    OVERRIDE_TARGET,
    CONFLICT,
    UNUSED,
    CONSTANT_BRANCH,
    BARE_WORD,
    DUPLICATE,
    CYCLE,
    TOO_LARGE,
    IMPORT_LOSS,
)

__all__ = [
    "BARE_WORD",
    "CONFLICT",
    "CONSTANT_BRANCH",
    "CYCLE",
    "DUPLICATE",
    "DURATION",
    "IMPORT_LOSS",
    "OVERRIDE_TARGET",
    "RULES",
    "TOO_LARGE",
    "TYPE",
    "UNIT",
    "UNKNOWN_FIELD",
    "UNKNOWN_NAME",
    "UNUSED",
]
