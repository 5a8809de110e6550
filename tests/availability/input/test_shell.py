"""A printed command is its words again, whatever they are, in each shell it is pasted into."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from availability.cloud.already_there import There, told
from availability.cloud.errors import CloudError, Meaning, advice
from availability.cloud.resource_types import ResourceType
from availability.explanation.alternatives.fixes import ResolveFixer, StackFixer
from availability.input import shell
from availability.input.printed import plain
from availability.placement.request import Request
from availability.places.residency import Residency
from tests.availability.cli_runs import run
from tests.availability.config_commands import apply_commands
from tests.availability.hostile import MARK, hostile_texts, yaml_text

SHELLS = ("sh", "bash", "dash")
RECORD = '#!/bin/sh\nprintf \'%s\\0\' "${0##*/}" "$@" >> "$RECORD"\nprintf \'\\n\' >> "$RECORD"\n'

printable = hostile_texts.map(plain)


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of programs that do nothing but write down their arguments."""
    folder = tmp_path_factory.mktemp("programs")
    for name in ("pulumi", "python", "touch", "gcloud"):
        (folder / name).write_text(RECORD)
        (folder / name).chmod(0o755)
    return folder


def pasted(command: str, programs: Path, with_shell: str) -> list[list[str]]:
    """What is run when the command is typed into the shell: each program with its arguments."""
    record = programs / "record"
    record.write_bytes(b"")
    executable = next(
        str(path)
        for path in map(Path, (f"/bin/{with_shell}", f"/usr/bin/{with_shell}"))
        if path.exists()
    )
    done = subprocess.run(
        [executable, "-c", command],
        env={"PATH": str(programs), "RECORD": str(record), "HOME": "/nonexistent"},
        capture_output=True,
        cwd=programs,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    calls = record.read_bytes().decode().split("\0\n")
    return [call.split("\0") for call in calls if call]


def available(name: str) -> bool:
    return Path(f"/bin/{name}").exists() or Path(f"/usr/bin/{name}").exists()


@pytest.mark.parametrize("with_shell", SHELLS)
@settings(max_examples=40, deadline=None)
@given(words=st.lists(printable, min_size=1, max_size=4))
@example(words=["$(touch pwn)", "it's", "a,b", "it's $(touch pwn)", "‘;touch pwn;’", "", "-a.b"])
def test_a_command_gives_a_shell_exactly_its_words(
    with_shell: str, words: list[str], programs: Path
) -> None:
    if not available(with_shell):
        pytest.skip(f"no {with_shell} here")
    command = shell.join(["pulumi", *words])
    assert shlex.split(command) == ["pulumi", *words]
    assert pasted(command, programs, with_shell) == [["pulumi", *words]]


POWERSHELL_WORD = re.compile(
    r"""(?![@=])(?!-[^-].*[.:])[A-Za-z0-9_%+=:./@-]+  # bare: no list, variable or expression in it
    | '[^'‘’‚‛]*'                                      # as it is
    | "[^"“”„$`]*"                                     # with nothing to expand
    """,
    re.VERBOSE,
)


@settings(max_examples=300, deadline=None)
@given(word=printable)
@example(word="eu,us")
@example(word="it's")
@example(word="a‘;calc;’")
def test_no_word_is_code_to_powershell(word: str) -> None:
    rest = shell.quoted(word)
    while rest:
        match = POWERSHELL_WORD.match(rest)
        assert match is not None, rest
        rest = rest[match.end() :]


@pytest.mark.parametrize(
    ("word", "typed"),
    [
        ("eu", "eu"),
        ("eu,us", "'eu,us'"),
        ("anthropic/claude@20250219", "anthropic/claude@20250219"),
        ("@a", "'@a'"),
        ("=ls", "'=ls'"),
        ("-a.b", "'-a.b'"),
        ("--protect=false", "--protect=false"),
        ("a[0]", "'a[0]'"),
        ("it's", '"it\'s"'),
        ("", "''"),
        ("a\x1bb", r"'a\x1bb'"),
    ],
)
def test_a_word_is_quoted_only_where_a_shell_would_read_it(word: str, typed: str) -> None:
    assert shell.quoted(word) == typed


STACK = {
    "gcp:project": "acme-dev",
    "vertex-residency:residency": "de",
    "vertex-residency:snapshot": "2025-05-12",
    "vertex-residency:deployments": {
        "chat": {"model": "gemini-2.0-flash-001", "needs": ["tuning", "batch-prediction"]},
        "live": {
            "model": "gemini-2.0-flash-001",
            "residency": {"within": ["de"], "excluding": ["us"]},
        },
    },
}

stack_names = hostile_texts.map(lambda text: text.replace("/", "").replace("\0", ""))


def fixes_of(name: str, folder: Path) -> tuple[list[str], str]:
    """The commands that `plan` prints for a stack of this name, as JSON and as text."""
    path = folder / f"Pulumi.{name}.yaml"
    lines = [f"  {key}: {yaml_text(value)}\n" for key, value in STACK.items()]
    path.write_text(f"config:\n{''.join(lines)}", encoding="utf-8")
    document: Any = run("plan", str(path), "--json").document
    found = [
        fix["command"]
        for one in document["deployments"].values()
        for fix in one["refusal"]["fixes"]
    ]
    return found, run("plan", str(path)).out


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=stack_names)
@example(name="$(touch pwn)")
@example(name="a'b;touch pwn;")
def test_the_fixes_of_a_stack_of_any_name_run_pulumi_on_it_and_nothing_else(
    name: str, programs: Path, tmp_path: Path
) -> None:
    commands, text = fixes_of(name, tmp_path)
    if plain(name) != name:
        assert commands == []
        assert "pulumi config" not in text
        return
    assert commands
    for command in dict.fromkeys(commands):
        calls = pasted(command, programs, "sh")
        assert [word for call in calls for word in [*call, "&&"]][:-1] == shlex.split(command)
        for call in calls:
            assert call[:2] == ["pulumi", "config"]
            assert call[-2] == "--stack"
            assert call[-1].endswith(name)
    printed = [line.strip() for line in text.splitlines() if line.strip().startswith("pulumi ")]
    assert printed
    assert set(printed) <= set(commands)


def test_the_fixes_of_a_stack_correct_it_as_its_own_name_says(tmp_path: Path) -> None:
    commands, _ = fixes_of("prod", tmp_path)
    for command in commands:
        changed = json.loads(json.dumps(STACK))
        apply_commands(command, changed, "prod")
        assert changed != STACK


def test_where_commands_are_joined_the_text_says_that_windows_powershell_does_not_know_it(
    tmp_path: Path,
) -> None:
    commands, text = fixes_of("prod", tmp_path)
    assert any(" && " in command for command in commands)
    blocks = text.split("\n\n")
    joined = [" && " in block for block in blocks]
    assert True in joined
    assert False in joined
    assert [block.count("Windows PowerShell has no &&") for block in blocks] == joined


def test_the_command_for_everything_names_the_file_that_was_typed(tmp_path: Path) -> None:
    request = Request("x", Residency.parse("eu"))
    odd = StackFixer("prod", "chat", Path("it is $x") / "-n.yaml")
    assert odd.everything(request) == "python -m availability plan 'it is $x/-n.yaml' --explain"
    dashed = StackFixer("prod", "chat", Path("-n.yaml"))
    assert dashed.everything(request) == "python -m availability plan ./-n.yaml --explain"
    usual = StackFixer("prod", "chat")
    assert usual.everything(request) == (
        "python -m availability plan stacks/Pulumi.prod.yaml --explain"
    )
    assert StackFixer("prod", "chat", Path("a\x1b.yaml")).everything(request) is None


def test_a_model_with_a_line_break_in_its_name_is_told_in_one_line() -> None:
    residency = Residency.parse("eu")
    command = ResolveFixer().command((), Request("Gemini\n2.0\u00a0Flash", residency))
    assert command == "python -m availability resolve 'Gemini 2.0 Flash' --residency eu"
    assert ResolveFixer().command((), Request(f"{MARK}\x1b", residency)) is None


@settings(max_examples=30, deadline=None)
@given(name=printable, project=printable, parent=printable)
def test_the_commands_of_an_error_s_advice_are_their_words(
    name: str, project: str, parent: str, programs: Path
) -> None:
    errors = [
        CloudError(Meaning.NOT_ACTIVE, "", "iam.googleapis.com", project),
        CloudError(Meaning.DENIED, "", project=project),
    ]
    urn = f"urn:pulumi:dev::p::t$u::{parent}"
    there = There(ResourceType.POLICY, name, f"projects/{project}/policies/a", urn, readable=False)
    texts = [told([there], "dev", "1", None)]
    texts += [
        advice(error, kind=ResourceType.POLICY, name=name, stack="dev", waited=60.0, generation="1")
        or ""
        for error in errors
    ]
    for said in texts:
        lines = [line for line in said.splitlines() if re.match(r"  (pulumi|gcloud) ", line)]
        assert len(lines) == (3 if said is texts[0] else 2)
        for line in lines:
            assert pasted(line, programs, "sh") == [shlex.split(line)]
        words = shlex.split(lines[0])
        assert name in words or project in words
