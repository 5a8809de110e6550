"""The engine's advice, in commands that act on the sandbox and not on the user's own stacks."""

import re
import shlex
from pathlib import Path
from typing import Final

from availability.input import shell
from availability.input.calls import module_call

_OWN: Final = frozenset({"preview", "up", "refresh", "destroy", "cancel"})
_OTHERS: Final = frozenset({"import", "install", "plugin", "stack", "state"})
_COMMAND: Final = re.compile(
    r"(?P<before>^\s*|[`'\"(]|&& |: |\brun |\buse )pulumi (?P<verb>[a-z]+)(?![\w-])"
    r"(?P<stack> --stack \S+\b)?(?P<change> (?:set|rm)\b)?"
)
"""Where a line quotes a command, and not where it speaks of Pulumi."""
_END_OF_COMMAND: Final = re.compile(r" && |`")


def own_command(*words: str) -> str:
    """A command of the sandbox that can be pasted where it is printed."""
    return shell.join(module_call("sandbox", *words))


def of_the_sandbox(line: str, stack: str, project: Path | None = None) -> str:
    """A line of the engine's with every command about a stack or its state as the sandbox has it.

    `project` is the folder of the project, where it is not the one that holds this sandbox: then
    each command names it. Where `python` on the PATH is the one that runs now:

    >>> of_the_sandbox("either wait or delete the lock file with `pulumi cancel`.", "dev")
    'either wait or delete the lock file with `python -m sandbox cancel dev`.'
    >>> of_the_sandbox("use `pulumi state unprotect 'urn:x'`", "dev")
    "use `python -m sandbox pulumi dev state unprotect 'urn:x'`"
    >>> of_the_sandbox("pulumi config set gcp:project acme --stack dev", "dev")
    'python -m sandbox config set gcp:project acme --stack dev'
    """
    sandbox = own_command()
    where = f" --project {shlex.quote(str(project))}" if project else ""

    def ours(match: re.Match[str]) -> str:
        verb, name = match["verb"], shlex.quote(stack)
        rest, change = match["stack"] or "", match["change"] or ""
        if verb in _OWN:
            return f"{match['before']}{sandbox} {verb}{where} {name}{change}"
        if verb in _OTHERS:
            return f"{match['before']}{sandbox} pulumi{where} {name} {verb}{rest}{change}"
        if verb == "config" and change:
            named = rest or " --stack " in _END_OF_COMMAND.split(line[match.end() :])[0]
            options = rest if named else f" --stack {name}"
            return f"{match['before']}{sandbox} config{change}{options}{where}"
        return match[0]

    return _COMMAND.sub(ours, line)
