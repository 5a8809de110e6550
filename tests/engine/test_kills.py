"""Killed at random moments of an `up`, by three signals: the next `up` converges, every time.

All 60 kills are `make soak`; `make test` has those of test_interrupted.
"""

import random
import re
import shlex
import signal
import sys
import time
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sandbox.engine import Engine
from sandbox.workspace import Sandbox
from tests.engine.commands import Commands, Running, eventually
from tests.engine.contents import FULL, Contents, contents
from tests.engine.projects import copy_of_the_project

pytestmark = [
    pytest.mark.engine,
    pytest.mark.soak,
    pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc"),
]

SEEDS = range(20)
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
IMPORT = re.compile(r"(\S+/)?python -m sandbox pulumi (--project \S+ )?prod import ")
TAKE_OVER = "vertex-residency:takeOver true --stack prod"


@pytest.fixture(scope="module")
def whole(
    tmp_path_factory: pytest.TempPathFactory, engine: Engine
) -> tuple[Contents, float, float]:
    """What an `up` that nobody kills makes, how long it takes, and when its engine starts."""
    commands = project(tmp_path_factory.mktemp("whole"), engine)
    begun = time.monotonic()
    running = commands.start("up", "prod")
    assert eventually(running.engine)
    at_work = time.monotonic() - begun
    assert running.wait() == 0, running.output()
    return made(commands, engine), time.monotonic() - begun, at_work


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_next_up_converges_after_a_kill_at_any_moment(
    tmp_path: Path,
    engine: Engine,
    whole: tuple[Contents, float, float],
    seed: int,
    number: signal.Signals,
) -> None:
    expected, seconds, at_work = whole
    commands = project(tmp_path, engine)
    chance = random.Random(f"{seed} {number.name}")  # noqa: S311 -- a moment, no secret
    running = commands.start("up", "prod")
    if seed % 2:
        target = "engine"
        killed = kill_engine(running, number, chance.uniform(0.0, seconds - at_work))
    else:
        target = "command"
        killed = kill_command(running, number, chance.uniform(0.1, seconds))
    status = running.wait()
    story = f"{number.name} to the {target}, {killed}: status {status}\n{running.output()}"
    print(story)
    assert running.leaves_nothing(), story
    assert "Traceback" not in running.output(), story
    if killed and target == "command" and number is not signal.SIGKILL:
        told = "python -m sandbox up" in running.output().partition("Run it again: ")[2]
        # Too early, while Python itself starts, or too late, when all is done and printed.
        assert (status, told) in {(130, True), (-number, False), (0, False)}, story

    converge(commands)

    assert made(commands, engine) == expected
    status, text = commands.run("up", "prod")
    assert status == 0, text
    assert summary(text) == [f"{len_of(text)} unchanged"], text


def converge(commands: Commands) -> None:
    """Run `up` again as a user would, with the commands that its one error may ask for.

    These are the one that lets it take over what is there, and the imports of what has no look-up.
    """
    status, text = commands.run("up", "prod")
    print(text)
    assert "pulumi cancel" not in text
    assert "pending operations" not in text
    assert "Traceback" not in text
    if status:
        imports = [line for line in map(str.strip, text.splitlines()) if IMPORT.match(line)]
        assert imports or TAKE_OVER in text, text
        for line in imports:
            imported, said = commands.run(*shlex.split(line)[3:], "--yes")
            # What is not there can't be imported, and nothing changes by trying.
            assert imported == 0 or "does not exist" in said, said
        set_take_over(commands.project, True if TAKE_OVER in text else None)
        status, text = commands.run("up", "prod")
        set_take_over(commands.project, None)
    assert status == 0, text


def kill_engine(running: Running, number: signal.Signals, after: float) -> str:
    """Kill the engine of the `up` so many seconds after it started; empty if it has ended."""
    eventually(lambda: running.engine() or running.process.poll() is not None)
    time.sleep(after)
    engine = running.engine()
    if engine is None:
        return ""
    running.kill(number, engine)
    return f"{after:.2f} s after its start"


def kill_command(running: Running, number: signal.Signals, after: float) -> str:
    """Kill the command so many seconds after it started; empty if it has ended."""
    time.sleep(after)
    if running.process.poll() is not None:
        return ""
    running.kill(number)
    return f"{after:.2f} s after its start"


def project(folder: Path, engine: Engine) -> Commands:
    copy = copy_of_the_project(folder)
    for path in (copy / "stacks").iterdir():
        path.unlink()
    text = FULL.replace("STORE", "secrets")
    (copy / "stacks" / "Pulumi.prod.yaml").write_text(text, encoding="utf-8")
    return Commands(copy, engine.path)


def made(commands: Commands, engine: Engine) -> Contents:
    """All that is in the cloud, in one order."""
    sandbox = Sandbox(commands.project, commands.project / ".sandbox", engine)
    return sorted(contents(sandbox), key=lambda row: row[:2])


def summary(text: str) -> list[str]:
    """The lines below the engine's `Resources:`."""
    lines = text.partition("Resources:\n")[2].partition("\n\n")[0]
    return [line.strip() for line in lines.splitlines() if line.strip()]


def len_of(text: str) -> str:
    return shlex.split(summary(text)[0])[0]


def set_take_over(folder: Path, value: bool | None) -> None:
    path = folder / "stacks" / "Pulumi.prod.yaml"
    yaml = YAML()
    document = yaml.load(path)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    document["config"].pop("vertex-residency:takeOver", None)
    if value is not None:
        document["config"]["vertex-residency:takeOver"] = value
    yaml.dump(document, path)  # pyright: ignore[reportUnknownMemberType]
