"""What the editor makes of a stack file's values is what the real `pulumi config` makes of them."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from availability.input import clock
from availability.input.errors import BadInput
from availability.stack.config import parse_stack
from availability.stack.config_change import ConfigChange, NotChangeable, parsed_path, typed
from availability.stack.config_edit import with_changes
from availability.stack.file import encoded, read_stack_file
from availability.stack.fix import choices, fix
from availability.stack.plan import plan
from availability.stack.source import read_source
from sandbox.engine import Engine
from tests.paths import ROOT
from tests.refused_requests import NEWEST, OTHERS, REFUSED_TODAY

pytestmark = pytest.mark.engine

Pulumi = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("edits") / "project"
    (folder / "stacks").mkdir(parents=True)
    shutil.copy(ROOT / "Pulumi.yaml", folder)
    return folder


@pytest.fixture(scope="module")
def pulumi(engine: Engine, project: Path) -> Pulumi:
    """The real CLI, with a state of its own that has the stack `prod`.

    It reads and writes the stack's file, which every test writes anew.
    """
    folder = project.parent
    (folder / "state").mkdir()
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder / "home"),
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "x",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [str(engine.path), *words]
        return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)

    assert run("stack", "init", "prod").returncode == 0
    return run


def values(path: Path) -> dict[str, str]:
    return dict(read_stack_file(path).values)


STEPS: list[list[str]] = [
    ["set", "--path", "a:b.c", "true"],
    ["set", "--path", "a:b.c", "+05"],
    ["set", "--path", "a:b.c", "007"],
    ["set", "--path", "a:b.c", "9223372036854775807"],
    ["set", "--path", "a:b.c", "18446744073709551616"],
    ["set", "--path", "a:b.c", "1.0"],
    ["set", "--path", "a:b.c", "no"],
    ["set", "--path", "a:text.c", "x"],
    ["set", "--path", "a:map.deep.c", "x"],
    ["set", "--path", "a:map.text.c", "x"],
    ["set", "--path", "a:list[0]", "x"],
    ["set", "--path", "a:list[2]", "x"],
    ["set", "--path", "a:list[3]", "x"],
    ["set", "--path", "a:list[-1]", "x"],
    ["set", "--path", "a:list.c", "x"],
    ["set", "--path", "a:new[2].c", "x"],
    ["set", "--path", 'a:map["x.y"]', "x"],
    ["set", "--path", "a:map.secure", "x"],
    ["set", "--path", "a:empty.secure", "x"],
    ["set", "--path", "text", "true"],
    ["set", "a:b.c", "x"],
    ["set", "a:config:text", "x"],
    ["set", "a:b:c", "x"],
    ["set", "--path", "a:b[x]", "x"],
    ["set", "--path", "a:b.", "x"],
    ["rm", "--path", "a:map.deep"],
    ["rm", "--path", "a:map.text.none"],
    ["rm", "--path", "a:list[0]"],
    ["rm", "--path", "a:list[7]"],
    ["rm", "--path", "a:list"],
    ["rm", "--path", "a:none.b"],
    ["rm", "a:text"],
]
FILE = """\
# ours
config:
  a:text: x # 1
  a:map: {deep: {d: 1}, text: y}
  a:list: # 2
    - a
    - b
  a:empty: {}
  vertex-residency:text: z
"""


@pytest.mark.parametrize("words", STEPS, ids=" ".join)
def test_a_change_gives_the_values_of_the_real_cli_or_is_refused_by_both(
    words: list[str], project: Path, pulumi: Pulumi
) -> None:
    path = project / "stacks" / "Pulumi.prod.yaml"
    path.write_text(FILE)
    done = pulumi("config", words[0], "--stack", "prod", *words[1:])
    theirs = values(path)
    path.write_text(FILE)
    assert edited(path, words) == (done.returncode == 0), done.stderr
    assert values(path) == theirs
    assert path.read_text().startswith("# ours\nconfig:\n")


def edited(path: Path, words: list[str]) -> bool:
    """Whether the editor does the same."""
    is_path = "--path" in words
    verb, key, *rest = [word for word in words if word != "--path"]
    source = read_source(path)
    try:
        at = parsed_path(key, "vertex-residency", is_path=is_path)
        change = ConfigChange(at, typed(rest[0], at) if verb == "set" else None)
        after = with_changes(source, [change])
    except (BadInput, NotChangeable):
        return False
    path.write_bytes(encoded(after.text, source.content))
    return True


@pytest.mark.parametrize(("residency", "chat"), REFUSED_TODAY[:6], ids=lambda one: str(one)[:40])
def test_a_printed_fix_that_is_pasted_and_the_same_by_number_give_the_same_values(
    residency: object, chat: dict[str, Any], project: Path, pulumi: Pulumi
) -> None:
    path = project / "stacks" / "Pulumi.prod.yaml"
    config = {
        "gcp:project": "acme-prod",
        "vertex-residency:snapshot": NEWEST,
        "vertex-residency:residency": residency,
        "vertex-residency:deployments": {"chat": chat, "search": {"model": OTHERS[NEWEST]}},
    }
    text = json.dumps({"config": config}, indent=2)
    path.write_text(text)
    made = plan(parse_stack(read_stack_file(path).values), "prod", clock.today())
    [answer] = [answer for deployment, answer in made.answers if deployment.name == "chat"]
    for number, alternative in enumerate(answer.shown_alternatives, start=1):
        path.write_text(text)
        for step in alternative.steps:
            verb, *rest = step.words
            assert pulumi("config", verb, "--stack", "prod", *rest).returncode == 0
        theirs = values(path)
        path.write_text(text)
        if alternative.steps:
            fix(read_source(path), choices([f"chat={number}"]), {}).write()
            assert values(path) == theirs
            json.loads(path.read_text())
