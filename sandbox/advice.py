"""The engine's advice, in commands that act on the sandbox and not on the user's own stacks."""

import re
import shlex
from typing import Final

_OWN: Final = frozenset({"preview", "up", "refresh", "destroy", "cancel"})
_OTHERS: Final = frozenset({"import", "install", "plugin", "stack", "state"})
_COMMAND: Final = re.compile(
    r"(?P<before>^\s*|[`'\"(]|&& |: |\brun |\buse )pulumi (?P<verb>[a-z]+)(?![\w-])"
    r"(?P<stack> --stack \S+\b)?"
)
"""Where a line quotes a command, and not where it speaks of Pulumi."""


def of_the_sandbox(line: str, stack: str) -> str:
    """A line of the engine's with every command about a stack or its state as the sandbox has it.

    `pulumi config` stays: it is about the project's own stack file, which the sandbox reads.

    >>> of_the_sandbox("either wait or delete the lock file with `pulumi cancel`.", "dev")
    'either wait or delete the lock file with `python -m sandbox cancel dev`.'
    >>> of_the_sandbox("use `pulumi state unprotect 'urn:x'`", "dev")
    "use `python -m sandbox pulumi dev state unprotect 'urn:x'`"
    >>> of_the_sandbox("pulumi config set gcp:project acme --stack dev", "dev")
    'pulumi config set gcp:project acme --stack dev'
    """

    def ours(match: re.Match[str]) -> str:
        verb, name = match["verb"], shlex.quote(stack)
        if verb in _OWN:
            return f"{match['before']}python -m sandbox {verb} {name}"
        if verb in _OTHERS:
            return f"{match['before']}python -m sandbox pulumi {name} {verb}{match['stack'] or ''}"
        return match[0]

    return _COMMAND.sub(ours, line)
