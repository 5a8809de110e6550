"""Bad input: what a person typed that cannot be read, as opposed to a request that is refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from availability.input.printed import cut, plain


def shown(value: object, limit: int = 60) -> str:
    """A value as a message shows it: as in a stack file, and no longer than a line."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return cut(repr(value), limit)
    import json  # a start is mostly imports

    return cut(json.dumps(value, default=lambda _: "…"), limit)


@dataclass(frozen=True)
class Position:
    """A place in a file, counted from 1, with the line as it is written there."""

    line: int
    column: int
    text: str = field(default="", compare=False)


@dataclass(frozen=True)
class Problem:
    """One mistake: where it is, what is wrong with it, and what would be valid.

    ``path`` is a configuration key (``vertex-residency:deployments.chat.model``), an option of the
    command line (``--residency``) or a file. ``suggestions`` come nearest first and each of them
    could stand in the place of the value.
    """

    path: str
    message: str
    suggestions: tuple[str, ...] = ()
    about_key: bool = False
    """Whether the key itself is the mistake, and not its value."""
    at: Position | None = None
    """Where it stands in the file, for what is wrong with a file as such."""

    @property
    def where(self) -> str:
        """The path, with the line and column of what is wrong with a file as such."""
        return f"{self.path}:{self.at.line}:{self.at.column}" if self.at else self.path

    def __str__(self) -> str:
        """The problem on one line: ``PATH: MESSAGE (did you mean A or B?)``."""
        hint = f" (did you mean {' or '.join(self.suggestions[:3])}?)" if self.suggestions else ""
        return plain(f"{self.where}: {self.message}{hint}")


class BadInput(ValueError):
    """Everything that is wrong with one piece of input, reported together.

    ``problems`` has at least one entry, in the order of the input.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


NAMESPACE = "vertex-residency"
