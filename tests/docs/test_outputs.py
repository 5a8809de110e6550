"""`docs/outputs.md` has every key that a deployment exports."""

from __future__ import annotations

import re

from tests.exported import EXPORTED
from tests.paths import ROOT

WITH_A_NEED = {"tuningLocation", "ragLocation"}
"""What only a deployment exports that needs tuning, or corpora."""


def test_the_page_has_every_key_that_a_deployment_exports_and_no_other() -> None:
    page = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")
    section = page.partition("\n## Of a deployment\n")[2].partition("\n## ")[0]
    listed = set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
    assert listed == EXPORTED | WITH_A_NEED
