"""The rules of output: what a form of it cannot say."""

from __future__ import annotations

from kspec.source.diagnostic import Rule, Severity

NO_TEMPLATE = Rule(
    "KS0050",
    "no-template",
    Severity.WARNING,
    "a parameter that a Helm chart cannot offer as a value",
    """A chart puts the values of parameters where they stand in the manifests, as a whole or as a part of a text. What
is computed from a parameter, and objects, fields or list items that are only there for some of its values, stay as the
design has them. `kspec build --set NAME=VALUE` makes the chart for another value.""",
)

NO_VALUES = Rule(
    "KS0051",
    "no-values-file",
    Severity.WARNING,
    "an environment that is more than values of a Helm chart",
    """An environment that only gives values to parameters becomes a values file. One that changes objects cannot: make
a kustomization, which has an overlay for every environment, or a chart for the environment with `--env`.""",
)

RULES = (NO_TEMPLATE, NO_VALUES)
