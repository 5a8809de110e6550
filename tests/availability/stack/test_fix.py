"""A printed fix that is applied to the file places the deployment, and changes nothing else."""

from __future__ import annotations

import copy
import datetime as dt
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from availability.input.errors import BadInput
from availability.placement.request import Placement
from availability.stack.file import read_stack_file
from availability.stack.fix import Choice, Fixed, choices, fix
from availability.stack.plan import Plan
from availability.stack.reading import plan_file, read_stack
from availability.stack.source import read_source
from tests.availability.config_commands import apply_commands
from tests.availability.stack.test_project_file import project
from tests.generated_stacks import styled
from tests.paths import ROOT
from tests.refused_requests import GROUPS, NEWEST, OTHERS, REFUSED, REFUSED_TODAY

DAY = dt.date(2026, 11, 23)
OURS = "vertex-residency"
CASES = [*((*case, "2025-05-12") for case in REFUSED), *((*case, NEWEST) for case in REFUSED_TODAY)]


def config_of(residency: object, chat: dict[str, Any], snapshot: str) -> dict[str, Any]:
    other = {"model": OTHERS[snapshot], "residency": {"within": "any", "guarantee": "endpoint"}}
    return {
        "gcp:project": "acme-prod",
        f"{OURS}:snapshot": snapshot,
        f"{OURS}:residency": residency,
        f"{OURS}:deployments": {"chat": chat, "search": other},
    }


def commented(config: dict[str, Any]) -> str:
    """A file in which each line of a deployment has a comment, and each its own."""
    count = iter(range(1000))

    def lines() -> Iterator[str]:
        yield "config:"
        for key, value in config.items():
            if key != f"{OURS}:deployments":
                yield f"  {key}: {json.dumps(value)} # {next(count)}"
        yield f"  {OURS}:deployments: # {next(count)}"
        for name, keys in config[f"{OURS}:deployments"].items():
            yield f"    {name}: # {next(count)}"
            for key, value in keys.items():
                yield f"      # about {next(count)}"
                yield f"      {key}: {json.dumps(value)}   # {next(count)}"

    return "\n".join(lines()) + "\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "Pulumi.prod.yaml"
    path.write_bytes(text.encode())
    return path


def fixes_of(plan: Plan) -> list[str]:
    """The commands of `chat`, by the number of the fix."""
    [answer] = [answer for deployment, answer in plan.answers if deployment.name == "chat"]
    return [alternative.command or "" for alternative in answer.shown_alternatives]


def fixed(path: Path, *words: str) -> Fixed:
    return fix(read_source(path), choices(words), {}, DAY)


def placed(plan: Plan) -> dict[str, str]:
    return {
        deployment.name: answer.result.location
        for deployment, answer in plan.answers
        if isinstance(answer.result, Placement)
    }


@pytest.mark.parametrize(("residency", "chat", "snapshot"), CASES, ids=lambda one: str(one)[:40])
def test_each_printed_fix_places_the_deployment_and_keeps_every_other_line(
    residency: object, chat: dict[str, Any], snapshot: str, tmp_path: Path
) -> None:
    config = config_of(residency, chat, snapshot)
    text = commented(config)
    path = write(tmp_path, text)
    commands = fixes_of(plan_file(read_stack(path), {}, DAY))
    assert commands
    for number, command in enumerate(commands, start=1):
        path = write(tmp_path, text)
        if not command:
            continue
        fixed(path, f"chat={number}").write()
        wanted = copy.deepcopy(config)
        apply_commands(command, wanted, "prod")
        assert read_stack_file(path).config == wanted
        assert set(placed(plan_file(read_stack(path), {}, DAY))) == {"chat", "search"}
        keys = set(re.findall(r"deployments\.chat\.(\w+)", command))
        kept = [line for line in text.splitlines(True) if not is_of(line, keys, text)]
        left = path.read_text().splitlines(True)
        assert [line for line in left if line in kept] == kept
        assert len([line for line in left if line not in kept]) <= len(keys)


def is_of(line: str, keys: set[str], text: str) -> bool:
    """Whether a line is that of one of the keys of `chat`, the first deployment of a text."""
    chat = text.partition(" chat:")[2].partition(" search:")[0]
    return line in chat and any(line.startswith(f"      {key}: ") for key in keys)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("residency", "chat", "snapshot"), CASES[::3], ids=lambda one: str(one)[:40]
)
def test_in_any_style_the_values_are_those_of_the_printed_command(
    residency: object, chat: dict[str, Any], snapshot: str, seed: int, tmp_path: Path
) -> None:
    config = config_of(residency, chat, snapshot)
    text = styled(config, seed)
    text = text.replace("\n", "\r\n") if seed % 2 else text.rstrip("\n")
    commands = fixes_of(plan_file(read_stack(write(tmp_path, text)), {}, DAY))
    numbered = [(number, command) for number, command in enumerate(commands, start=1) if command]
    for number, command in numbered[seed % 2 :: 2]:
        path = write(tmp_path, text)
        fixed(path, f"chat={number}").write()
        wanted = copy.deepcopy(config)
        apply_commands(command, wanted, "prod")
        assert read_stack_file(path).config == wanted
        after = path.read_bytes().decode()
        assert ("\r\n" in after) == ("\r\n" in text)
        assert after.replace("\r\n", "").count("\n") == text.replace("\r\n", "").count("\n") or (
            not seed % 2
        )
        assert after[-1:] == "\n" if seed % 2 else after[-1:] != "\n"


@pytest.mark.parametrize(("groups", "chat"), GROUPS, ids=lambda one: json.dumps(one)[:60])
def test_each_fix_of_a_group_places_all_of_it(
    groups: list[list[str]], chat: dict[str, Any], tmp_path: Path
) -> None:
    claude = {"model": "claude-opus-5-5"}
    config = config_of("eu", chat, NEWEST)
    config[f"{OURS}:deployments"] = {
        "chat": chat,
        "draft": {"model": "gemini-3.8-flash"},
        "other": claude,
        "search": dict(claude),
    }
    config[f"{OURS}:colocate"] = groups
    commands = fixes_of(plan_file(read_stack(write(tmp_path, commented(config))), {}, DAY))
    for number, command in enumerate(commands, start=1):
        path = write(tmp_path, commented(config))
        made = fixed(path, f"chat={number}")
        made.write()
        wanted = copy.deepcopy(config)
        apply_commands(command, wanted, "prod")
        assert read_stack_file(path).config == wanted
        assert len(placed(made.plan)) == 4


def two_refused(folder: Path) -> Path:
    config = config_of("eu", {"model": "gemini-2.5-pro"}, NEWEST)
    config[f"{OURS}:deployments"]["draft"] = {"model": "gemini-2.0-flash-001"}
    return write(folder, commented(config))


def test_several_deployments_are_fixed_at_once(tmp_path: Path) -> None:
    path = two_refused(tmp_path)
    made = fixed(path, "chat=1", "draft=1")
    assert set(placed(made.plan)) == {"chat", "draft", "search"}
    assert made.fixes[0][0] == Choice("chat", 1)


def test_what_is_not_asked_for_stays_refused(tmp_path: Path) -> None:
    made = fixed(two_refused(tmp_path), "draft=1")
    assert set(placed(made.plan)) == {"draft", "search"}
    assert [deployment.name for deployment, _ in made.plan.refused] == ["chat"]


def test_two_fixes_of_the_same_key_exclude_each_other(tmp_path: Path) -> None:
    groups, chat = GROUPS[0]
    config = config_of("eu", chat, NEWEST)
    config[f"{OURS}:deployments"]["search"] = {"model": "claude-opus-5-5"}
    config[f"{OURS}:colocate"] = groups
    path = write(tmp_path, commented(config))
    commands = fixes_of(plan_file(read_stack(path), {}, DAY))
    same = fixed(path, "chat=1", "search=1")
    assert same.after.text == fixed(path, "chat=1").after.text
    keys = [frozenset(re.findall(rf"{OURS}:(\S+)", command)) for command in commands]
    pair = next(
        (i + 1, j + 1)
        for i in range(len(keys))
        for j in range(i)
        if keys[i] & keys[j] and commands[i] != commands[j]
    )
    with pytest.raises(BadInput, match=r"both change .*: choose one, then plan again"):
        fixed(path, f"chat={pair[0]}", f"search={pair[1]}")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chat"], "'chat' is no NAME=N"),
        (["=1"], "'=1' is no NAME=N"),
        ([""], "'' is no NAME=N"),
        (["chat="], "'chat=' is no NAME=N"),
        (["chat=0"], "'chat=0' is no NAME=N"),
        (["chat=-1"], "'chat=-1' is no NAME=N"),
        (["chat=x"], "'chat=x' is no NAME=N"),
        (["chat=٣"], "is no NAME=N"),
        (["chat=1", "chat=2"], "chat is given twice"),
        (["chatt=1"], r"no deployment 'chatt' \(did you mean chat\?\)"),
        (["search=1"], "search is placed in global: there is nothing to fix"),
        (["chat=99"], r"chat has no fix 99: it has 1\. Use gemini-.* 2\. "),
    ],
)
def test_what_names_no_fix_is_said(words: list[str], said: str, tmp_path: Path) -> None:
    path = two_refused(tmp_path)
    before = path.read_bytes()
    with pytest.raises(BadInput, match=said):
        fixed(path, *words)
    assert path.read_bytes() == before


def test_a_near_miss_that_is_refused_too_has_no_command(tmp_path: Path) -> None:
    path = write(tmp_path, commented(config_of("no", {"model": "gemini-3.8-flsh"}, NEWEST)))
    assert "" in fixes_of(plan_file(read_stack(path), {}, DAY))
    number = fixes_of(plan_file(read_stack(path), {}, DAY)).index("") + 1
    with pytest.raises(BadInput, match="no command: "):
        fixed(path, f"chat={number}")


def test_a_deployment_of_the_project_is_left_to_a_person(tmp_path: Path) -> None:
    config = f"config:\n  {OURS}:deployments.lab.model: {{value: gemini-2.5-pro}}\n"
    own = "  gcp:project: acme-dev\n  residency: eu\n  deployments: {chat: {model: chirp_3}}\n"
    path = project(tmp_path, config, own)
    with pytest.raises(BadInput) as raised:
        fixed(path, "lab=1")
    assert re.fullmatch(
        rf"{OURS}:deployments\.lab: it is written in {tmp_path / 'Pulumi.yaml'}, for every stack: "
        rf"there, set {OURS}:deployments\.lab\.model to gemini-\S+, by hand",
        str(raised.value),
    )


def test_keys_without_a_namespace_are_found(tmp_path: Path) -> None:
    own = "  gcp:project: acme-dev\n  residency: eu\n  deployments:\n    chat:\n      model: "
    path = project(tmp_path, "", f"{own}gemini-2.5-pro # old\n")
    fixed(path, "chat=1").write()
    assert re.fullmatch(rf"config:\n{re.escape(own)}gemini-\S+ # old\n", path.read_text())


def test_an_alias_is_left_to_a_person_with_its_place(tmp_path: Path) -> None:
    text = (
        f"config:\n  gcp:project: acme-dev\n  {OURS}:snapshot: '{NEWEST}'\n  {OURS}:residency: eu\n"
        f"  {OURS}:deployments:\n    chat: &chat\n      model: gemini-2.5-pro\n    search: *chat\n"
    )
    path = write(tmp_path, text)
    with pytest.raises(
        BadInput, match=rf"{path}:6:11: .*by hand, set {OURS}:deployments.chat.model"
    ):
        fixed(path, "chat=1")
    with pytest.raises(BadInput, match=rf"{path}:8:13: .*it is an alias of chat"):
        fixed(path, "search=1")
    assert path.read_text() == text


def test_what_somebody_writes_meanwhile_is_not_lost(tmp_path: Path) -> None:
    path = two_refused(tmp_path)
    made = fixed(path, "chat=1")
    path.write_text(path.read_text() + "# mine\n")
    with pytest.raises(BadInput, match="changed meanwhile"):
        made.write()
    assert path.read_text().endswith("# mine\n")


KILLED = """
import os, signal, sys
from pathlib import Path
from availability.stack import rewriting
from availability.command_line.cli import main

def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[1] == "before":
    rewriting.os.fsync = kill
else:
    replace = Path.replace
    Path.replace = lambda self, target: (replace(self, target), kill())
main(["plan", sys.argv[2], "--as-of", "2026-11-23", "--fix", "chat=1", "--yes"])
"""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_leaves_the_old_file_or_the_new_one(moment: str, tmp_path: Path) -> None:
    path = two_refused(tmp_path)
    before, after = path.read_text(), fixed(path, "chat=1").after.text
    done = subprocess.run(
        [sys.executable, "-c", KILLED, moment, str(path)], cwd=ROOT, capture_output=True
    )
    assert done.returncode == -9
    assert path.read_text() == (before if moment == "before" else after)
