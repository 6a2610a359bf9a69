"""`kspec.toml` and `[tool.kspec]`: what they may say, and what is told of mistakes in them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kspec.lint.config import Config, find_config, read_config
from kspec.source.diagnostic import Diagnostics, Severity

WHOLE = """\
profile = "strict"
select = ["KS3"]
ignore = ["KS3002"]
fail-on = "warning"
external = ["Secret/shop/*"]
registries = ["ghcr.io/acme/"]
required-labels = ["team"]
baseline = "known.json"

[severity]
KS3028 = "error"

[[exempt]]
rules = ["KS5"]
namespaces = ["kube-*"]
reason = "the platform's own"
until = 2027-01-01
"""


def read(tmp_path: Path, text: str, name: str = "kspec.toml") -> tuple[Config, list[str]]:
    path = tmp_path / name
    path.write_text(text)
    found = Diagnostics()
    config = read_config(path, found, {})
    return config, [f"{d.rule.id} {d.span.line if d.span else '-'} {d.message}" for d in found]


def test_everything_it_may_say_is_read(tmp_path: Path) -> None:
    config, mistakes = read(tmp_path, WHOLE)
    assert mistakes == []
    assert (config.profile, config.select, config.ignore) == ("strict", ("KS3",), ("KS3002",))
    assert (config.fail_on, config.levels, config.baseline) == (
        Severity.WARNING,
        {"KS3028": Severity.ERROR},
        "known.json",
    )
    assert config.settings.is_external("Secret", "shop", "db") and not config.settings.is_external("Secret", "x", "db")
    (exemption,) = config.exemptions
    assert (exemption.rules, exemption.until, exemption.reason) == (("KS5",), date(2027, 1, 1), "the platform's own")


def test_pyproject_says_the_same_in_its_table(tmp_path: Path) -> None:
    moved = WHOLE.replace("[severity]", "[tool.kspec.severity]").replace("[[exempt]]", "[[tool.kspec.exempt]]")
    config, mistakes = read(tmp_path, f'[project]\nname = "x"\n[tool.kspec]\n{moved}', "pyproject.toml")
    assert mistakes == [] and config.profile == "strict" and len(config.exemptions) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('profil = "strict"\n', "KS0004 1 there is no setting `profil`"),
        ('\nprofile = "loud"\n', "KS0002 2 `profile` is one of"),
        ('select = "KS3"\n', "KS0003 1 `select` takes a list of texts"),
        ("profile = 3\n", "KS0003 1 `profile` takes a text"),
        ('[severity]\nKS3 = "fatal"\n', "KS0002 2 `KS3` is one of"),
        ("severity = 3\n", "KS0003 1 `severity` is a table"),
        ("[[exempt]]\npaths = ['a']\n", "KS0003 1 an exemption names no rules"),
        ("[[exempt]]\nrules = ['KS5']\nuntil = 'soon'\n", "KS0003 3 `until` takes a day"),
        ("[[exempt]]\nrule = ['KS5']\n", "KS0004 2 there is no setting `rule`"),
        ("exempt = 1\n", "KS0003 1 `exempt` is a list of tables"),
        ("cache = 3\n", "KS0003 1 `cache` is true, false or a folder"),
        ("cache-limit = 0\n", "KS0003 1 `cache-limit` is a number of MiB"),
        ("profile = \n", "KS0024 1 `"),
        ("a = 1\na = 2\n", "KS0024 2 `"),
    ],
)
def test_mistakes_are_told_with_their_line(text: str, told: str, tmp_path: Path) -> None:
    _, mistakes = read(tmp_path, text)
    assert mistakes and mistakes[0].startswith(told)


def test_the_nearest_file_counts_up_to_the_repository(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "kspec.toml").write_text("")
    assert find_config(inner) == tmp_path / "kspec.toml"
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.other]\n")
    assert find_config(inner) == tmp_path / "kspec.toml"
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.kspec]\n")
    assert find_config(inner) == tmp_path / "a" / "pyproject.toml"
    (inner / ".git").mkdir()
    assert find_config(inner) is None


def test_a_file_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    found = Diagnostics()
    read_config(tmp_path / "nowhere.toml", found, {})
    assert [d.rule.id for d in found] == ["KS0024"]
