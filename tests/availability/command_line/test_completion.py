"""`completion`: a shell that reads its script completes commands, options and words."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest
from shtab import SUPPORTED_SHELLS

from availability.command_line.cli import main
from availability.facts.library import load, newest
from availability.facts.names import all_models
from availability.facts.needs import Need
from availability.places.residency import Guarantee
from tests.availability.cli_runs import run
from tests.paths import ROOT

SCRIPT = run("completion", "bash").out
ASKED = """
{script}
COMP_WORDS=({words})
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_shtab_vertex_residency vertex-residency "${{COMP_WORDS[COMP_CWORD]}}"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def offered(*words: str) -> set[str]:
    """What bash offers for the last of the words after the command."""
    typed = shlex.join(["vertex-residency", *words])
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-c", ASKED.format(script=SCRIPT, words=typed)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_bash_offers_the_commands() -> None:
    assert {"resolve", "plan", "refresh", "completion"} <= offered("")
    assert offered("sna") == {"snapshots"}


def test_bash_offers_the_options_of_a_command() -> None:
    assert "--guarantee" in offered("resolve", "x", "--")
    assert "--guarantee" not in offered("plan", "x", "--")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["resolve", ""], {named.id for named in all_models(load(newest()))}),
        (["resolve", "x", "--guarantee", ""], {guarantee.value for guarantee in Guarantee}),
        (["models", "--need", ""], {need.value for need in Need}),
        (["plan", "stacks/Pulumi.pr"], {"stacks/Pulumi.prod.yaml"}),
    ],
    ids=["model", "guarantee", "need", "file"],
)
def test_bash_offers_the_words_of_an_argument(words: list[str], expected: set[str]) -> None:
    assert offered(*words) == expected


def test_the_help_names_every_shell_that_there_is_a_script_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["completion", "--help"])
    assert f" {', '.join(sorted(SUPPORTED_SHELLS))}\n" in capsys.readouterr().out


@pytest.mark.parametrize("shell", SUPPORTED_SHELLS)
def test_every_script_is_about_the_command_and_knows_the_models(shell: str) -> None:
    script = run("completion", shell).out
    assert "vertex-residency" in script
    assert "gemini-3.8-flash" in script


def test_another_shell_is_bad_input() -> None:
    done = run("completion", "bsh")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("SHELL: unknown shell 'bsh'; it is one of bash, ")
    assert "did you mean bash" in done.err


def test_the_script_starts_no_python(tmp_path: Path) -> None:
    """With nothing on the PATH."""
    done = subprocess.run(
        ["/bin/bash", "-c", ASKED.format(script=SCRIPT, words="vertex-residency res")],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("resolve\n", "")
