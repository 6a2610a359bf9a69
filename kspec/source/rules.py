"""The rules of reading: what can be wrong with an input before anyone asks what it means."""

from __future__ import annotations

from kspec.source.diagnostic import Rule, Severity

SYNTAX = Rule(
    "KS0001",
    "syntax",
    Severity.ERROR,
    "the text cannot be parsed",
    """The text is not valid kspec, YAML or JSON. Reading goes on after the mistake where that is possible, so one run
reports every mistake of a file: in YAML, one broken document does not hide the documents after the next `---`.""",
)

AMBIGUOUS_SCALAR = Rule(
    "KS0020",
    "yaml-ambiguous-scalar",
    Severity.WARNING,
    "a bare YAML word that Kubernetes reads otherwise than it looks",
    """kubectl and the API server read YAML 1.1: bare `y`, `yes` and `on` are true, `n`, `no` and `off` are false, `014`
and `0o14` are twelve, `08` is eight and `1_000` is a thousand; a key `n:` becomes "false". Quote the word where text is
meant, or write what is meant: `true`, `12`.""",
)

DUPLICATE_KEY = Rule(
    "KS0021",
    "yaml-duplicate-key",
    Severity.ERROR,
    "a mapping has the same key twice",
    """Of two equal keys kubectl silently takes the last one, and the API server refuses the object under strict field
validation. One of the two values was meant: delete the other.""",
)

NOT_KUBERNETES = Rule(
    "KS0022",
    "yaml-not-kubernetes",
    Severity.WARNING,
    "a document that is no Kubernetes object",
    """Every Kubernetes object states `apiVersion` and `kind`. A document without them is left out of the design; often
it is a values file, a fragment of a chart, or an object that lost its first lines.""",
)

UNRENDERED_TEMPLATE = Rule(
    "KS0023",
    "unrendered-template",
    Severity.ERROR,
    "a placeholder of a template was left in the text",
    """`{{ .Values.x }}`, `{% if %}` or `${NAME}` stands where a value should be: the file is a template that was not
rendered, or a variable that was not set. Give kspec what `helm template`, `kustomize build` or `envsubst` prints.""",
)

UNREADABLE_INPUT = Rule(
    "KS0024",
    "unreadable-input",
    Severity.ERROR,
    "an input cannot be read",
    """A path on the command line is missing, cannot be opened, is not text in UTF-8, or is larger, deeper or more often
aliased than any manifest has reason to be.""",
)

KUSTOMIZATION = Rule(
    "KS0028",
    "kustomization-not-built",
    Severity.INFO,
    "a folder is a kustomization, which kspec does not build",
    """A folder with a `kustomization.yaml` holds parts of objects; what is deployed is what kustomize makes of them.
kspec reads the files of such a folder as they are. The files that the kustomization names as patches, settings of
transformers or contents of generated ConfigMaps are no objects and are left out; names, labels, images and replicas
that the kustomization sets are not seen. Check the result: `kustomize build overlays/prod | kspec check -`.""",
)

RULES = (
    SYNTAX,
    AMBIGUOUS_SCALAR,
    DUPLICATE_KEY,
    NOT_KUBERNETES,
    UNRENDERED_TEMPLATE,
    UNREADABLE_INPUT,
    KUSTOMIZATION,
)
