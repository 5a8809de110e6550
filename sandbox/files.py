"""Copies of the project's stack files, for an engine that writes into the files it reads.

A copy has no `environment:` of Pulumi ESC, which this machine's backend doesn't know, and nothing
that is encrypted for the real stack, which nobody here can read. What needs a value of these gets
one that stands in.
"""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from availability.input.errors import BadInput
from availability.stack.file import holds_secret
from availability.stack.google_config import PROJECT, REGION, VARIABLES
from availability.stack.reading import Stack, read_stack

STACKS: Final = "stacks"
"""The folder of a project's stack files: `stackConfigDir` in Pulumi.yaml."""
STAND_INS: Final[Mapping[str, str]] = {PROJECT: "stand-in-project", REGION: "us-central1"}
"""Configuration key -> what stands in for a value that only the real stack knows."""
_NAME = re.compile(r"Pulumi\.(?P<stack>[^/]+)\.yaml")
_ROOM: Final = 4 * 1024 * 1024
"""Bytes: an `up` writes its state, its log and the cloud."""
_SECRETS_LINE = re.compile(r"(?m)^(?:encryptionsalt|encryptedkey|secretsprovider)\s*:.*\n?")


def stack_file(project: Path, stack: str) -> Path:
    """Where a stack's configuration lies."""
    return project / STACKS / f"Pulumi.{stack}.yaml"


def stack_names(project: Path) -> list[str]:
    """The stacks that the project has a file for, sorted."""
    found = (_NAME.fullmatch(path.name) for path in (project / STACKS).glob("Pulumi.*.yaml"))
    return sorted(match["stack"] for match in found if match)


def copy_project(source: Path, target: Path, salt: str) -> dict[str, list[str]]:
    """Make `target` hold the present `Pulumi.yaml` and stack files of `source`, and no others.

    Each copy's secrets belong to `salt`: what a stack file says of the secrets provider of the
    real stack is left out. Returns, for each stack whose copy says something else than its file,
    what that is, in lines. Raises FileNotFoundError where there is no Pulumi.yaml.
    """
    (target / STACKS).mkdir(parents=True, exist_ok=True)
    replace(target / "Pulumi.yaml", (source / "Pulumi.yaml").read_bytes())
    names = stack_names(source)
    notes: dict[str, list[str]] = {}
    for name in names:
        path = stack_file(source, name)
        content, notes[name] = _standing_in(path, salt) or (
            _with_salt(path.read_bytes(), salt),
            [],
        )
        replace(stack_file(target, name), content)
    for name in set(stack_names(target)) - set(names):
        stack_file(target, name).unlink(missing_ok=True)
    return {name: lines for name, lines in notes.items() if lines}


def _standing_in(path: Path, salt: str) -> tuple[bytes, list[str]] | None:
    """A copy without what is known to the real stack alone, and what is told of it.

    None where all of the file is plain, or none of it can be read: that is the engine's to say.
    """
    try:
        stack = read_stack(path)
    except BadInput:
        return None
    secrets = sorted(key for key, value in stack.file.config.items() if holds_secret(value))
    if not secrets and stack.file.environment is None:
        return None
    config, notes = dict(stack.file.config), list[str]()
    if stack.file.environment is not None:
        notes.append(
            f"the environment ({stack.file.environment}, Pulumi ESC) is unknown here: left out"
        )
    for key in secrets:
        del config[key]
        if key not in STAND_INS:
            notes.append(f"{key} is encrypted: left out")
    for key, value in STAND_INS.items():
        if key in secrets or _is_to_come(key, stack):
            config[key] = value
            notes.append(f"{key} is unknown here: {value} stands in")
    document = {"config": config, "encryptionsalt": salt}
    return json.dumps(document, ensure_ascii=False, indent=2).encode(), notes


def _is_to_come(key: str, stack: Stack) -> bool:
    """Whether the program needs a value that only the environment of the real stack can give."""
    given = {*stack.file.config, *(stack.project.values if stack.project else ())}
    if stack.file.environment is None or key in given:
        return False
    if any(name in os.environ for name in VARIABLES[key]):
        return False
    return key == PROJECT or "vertex-residency:caching" in given


def _with_salt(content: bytes, salt: str) -> bytes:
    # Whether a file is valid is the engine's to say, so what is no text is passed on as it is.
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return content
    kept = _SECRETS_LINE.sub("", text)
    newline = "" if not kept or kept.endswith("\n") else "\n"
    # Last, so that line numbers in the engine's complaints are those of the original.
    return f"{kept}{newline}encryptionsalt: {salt}\n".encode()


def write_executable(path: Path, text: str) -> None:
    """Write a script that can be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    replace(path, text.encode(), mode=0o755)


def replace(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write at once, so that another process never reads half a file, and nothing is left half."""
    if path.exists() and path.read_bytes() == content:
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def check_room(directory: Path) -> None:
    """Make the folder, and see that a few megabytes can be written there. Raises OSError."""
    directory.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryFile(dir=directory) as file:
            file.write(bytes(_ROOM))
    except OSError as why:
        raise OSError(why.errno, why.strerror, str(directory)) from why


def sweep(directory: Path, prefix: str) -> None:
    """Delete the folders `prefix + PID…` of processes that were killed before they could."""
    for left in directory.glob(f"{prefix}*"):
        pid = left.name.removeprefix(prefix).partition("-")[0]
        if pid.isdecimal() and not _is_alive(int(pid)):
            shutil.rmtree(left, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
