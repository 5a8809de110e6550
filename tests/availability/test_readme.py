"""The README shows what is printed."""

import datetime as dt
import json
import re
from pathlib import Path

from availability.plans import plan
from availability.render import refused_plan_lines
from availability.stack import parse_stack

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def printed() -> str:
    """The refusal of the README's stack, as the program raises it."""
    chat = {"model": "gemini-2.0-flash-001", "residency": "de"}
    values = {
        "gcp:project": "acme-prod",
        "gcp:region": "europe-west4",
        "vertex-residency:snapshot": "2025-05-12",
        "vertex-residency:deployments": json.dumps({"chat": chat}),
    }
    made = plan(parse_stack(values), "prod", dt.date(2026, 11, 23))
    return "\n".join(refused_plan_lines(made))


def test_the_refusal_in_the_readme_is_the_one_that_is_printed() -> None:
    match = re.search(r"<!-- refusal:.*?-->\n```text\n(.*?)\n```", README, re.DOTALL)
    assert match is not None
    assert match[1] == printed()


def test_the_stack_in_the_readme_is_part_of_the_committed_one() -> None:
    committed = (ROOT / "stacks" / "Pulumi.prod.yaml").read_text(encoding="utf-8").splitlines()
    shown = README.partition("`stacks/Pulumi.prod.yaml`:\n\n")[2].partition("\n\n|")[0]
    for line in shown.splitlines():
        text = re.sub(r"\s+#.*", "", line.removeprefix("    "))
        assert text in committed
