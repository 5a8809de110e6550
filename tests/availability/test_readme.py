"""The README shows what is printed."""

import datetime as dt
import re
from pathlib import Path

from availability.plans import plan
from availability.render import refused_plan_lines
from availability.stack import parse_stack
from availability.stackfile import read_stack_file

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


MODEL = "      model: gemini-3.8-flash\n"


def printed(folder: Path) -> str:
    """What a preview of the committed prod stack says once its chat is to be in Germany."""
    path = folder / "Pulumi.prod.yaml"
    text = (ROOT / "stacks" / "Pulumi.prod.yaml").read_text(encoding="utf-8")
    assert text.count(MODEL) == 1
    path.write_text(text.replace(MODEL, f"{MODEL}      residency: de\n"), encoding="utf-8")
    file = read_stack_file(path, Path("stacks/Pulumi.prod.yaml"))
    made = plan(parse_stack(file.values), "prod", dt.date(2026, 11, 23))
    return "\n".join(refused_plan_lines(made, file))


def test_the_refusal_in_the_readme_is_the_one_that_is_printed(tmp_path: Path) -> None:
    match = re.search(r"<!-- refusal:.*?-->\n```text\n(.*?)\n```", README, re.DOTALL)
    assert match is not None
    assert match[1] == printed(tmp_path)


def test_the_stack_in_the_readme_is_part_of_the_committed_one() -> None:
    committed = (ROOT / "stacks" / "Pulumi.prod.yaml").read_text(encoding="utf-8").splitlines()
    shown = README.partition("From `stacks/Pulumi.prod.yaml`:\n\n")[2].partition("\n\n|")[0]
    for line in shown.splitlines():
        text = re.sub(r"\s+#.*", "", line.removeprefix("    "))
        assert text in committed
