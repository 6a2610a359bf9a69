"""An object whose name is written over keeps being found by those that change it, and by nobody else's name."""

from __future__ import annotations

import pytest

from tests.elaborate.texts import load_text

RENAMED = """
namespace shop {
  deployment web { metadata.name: other  container app { image: "web:1" } }
  %s
}
env dev { deployment/web.replicas: 2 }
env prod extends dev { deployment/web.replicas: 3 }
"""


@pytest.mark.parametrize("beside", ["", 'deployment other { container app { image: "web:1" } }'])
@pytest.mark.parametrize("env", ["dev", "prod"])
def test_an_overlay_changes_an_object_whose_name_is_written_over(beside: str, env: str) -> None:
    """What is said is about the name, with or without an object that has the new one."""
    loaded = load_text(RENAMED % beside, env=env)
    assert {d.rule.id for d in loaded.diagnostics.sorted() if d.rule.id != "KS0012"} == {"KS0007"}
