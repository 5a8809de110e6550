"""`make pictures`: the pictures of the README, from what is really printed.

`refusal.svg` is how a preview of the stack `prod` ends once its `chat` is to be in Germany.
`comment.svg` is the comment of a review of a change of that stack, which widens where `support`
may be served.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import shutil
import tempfile
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from unittest.mock import patch

from availability.command_line.cli import main as command
from availability.report.text import refused_plan_lines
from availability.stack.config import parse_stack
from availability.stack.file import read_stack_file
from availability.stack.plan import plan
from availability.stack.reading import Stack
from tests.docs.drawing import markdown, terminal
from tests.paths import ROOT

FOLDER = ROOT / "docs" / "images"
_DAY = dt.date(2026, 11, 27)
_STACK = Path("stacks") / "Pulumi.prod.yaml"
_MODEL = "      model: gemini-3.8-flash\n"
_IN_GERMANY = "      residency: {within: de, guarantee: ml-processing}\n"
_IN_THE_EEA = "      residency: {within: eea, guarantee: endpoint}\n"


def refusal() -> str:
    """The end of a preview that is refused, as SVG."""
    with _changed(_MODEL, f"{_MODEL}      residency: de\n") as project:
        file = read_stack_file(project / _STACK, _STACK)
        made = plan(parse_stack(file.values), "prod", _DAY)
        lines = refused_plan_lines(made, Stack(file))
    title = "pulumi preview --stack prod"
    return terminal(lines, title, ("chat: ",))


def comment() -> str:
    """The comment on a pull request that widens a residency, as SVG."""
    printed = io.StringIO()
    with (
        _changed(_IN_GERMANY, _IN_THE_EEA) as project,
        contextlib.chdir(project),
        contextlib.redirect_stdout(printed),
    ):
        words = ["plan", "prod", "staging", "--against", "main", "--format", "markdown"]
        command([*words, "--as-of", _DAY.isoformat()])
    return markdown(printed.getvalue(), "a comment on a pull request")


PICTURES: Mapping[str, Callable[[], str]] = {"refusal.svg": refusal, "comment.svg": comment}
"""How each picture is made, by its name in `docs/images`."""


@contextlib.contextmanager
def _changed(old: str, new: str) -> Generator[Path]:
    """A copy of the stacks with a change in that of `prod`, and `main` with those before it."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        for where in (project, project / "main"):
            shutil.copytree(ROOT / "stacks", where / "stacks")
            shutil.copy(ROOT / "Pulumi.yaml", where)
        text = (project / _STACK).read_text(encoding="utf-8")
        if text.count(old) != 1:
            raise ValueError(f"{_STACK} has not one line like {old.strip()}")
        (project / _STACK).write_text(text.replace(old, new), encoding="utf-8")
        # Printed commands start as they do in an activated environment, wherever this runs.
        with patch("availability.input.calls.python", lambda: "python"):
            yield project


def main() -> None:
    """Draw all pictures anew."""
    FOLDER.mkdir(exist_ok=True)
    for name, draw in PICTURES.items():
        (FOLDER / name).write_text(draw(), encoding="utf-8")


if __name__ == "__main__":
    main()
