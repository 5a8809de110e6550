"""Changes as commands that can be pasted into a shell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from availability.explanation.alternatives.steps import ConfigPath, Step
from availability.input import shell
from availability.input.calls import own_call
from availability.input.errors import NAMESPACE
from availability.placement.request import Request
from availability.places.residency import Guarantee

if TYPE_CHECKING:  # only a refusal has changes, and a start is mostly imports
    from availability.explanation.alternatives.joint import JointAlternative
    from availability.explanation.alternatives.single import Key
    from availability.placement.groups import Groups


class Fixer(Protocol):
    """Makes the command that turns the refused request into another one."""

    def steps(self, keys: tuple[Key, ...], request: Request) -> tuple[Step, ...]:
        """What the command changes in a stack's configuration; empty where there is no stack."""
        ...

    def command(self, keys: tuple[Key, ...], request: Request) -> str | None:
        """One shell command, or several joined by `&&`, for the keys that change.

        None where no command can say what the request asks for.
        """
        ...

    def everything(self, request: Request) -> str | None:
        """A command that prints the whole refusal of the request, whatever its length, or None."""
        ...

    def decided_by(self, snapshot_id: str, request: Request) -> str | None:
        """The command that has another snapshot decide, or None."""
        ...

    def in_place(self, number: int) -> str | None:
        """The command that makes the fix of that number in the stack's file by itself, or None."""
        ...


@dataclass(frozen=True)
class StackFixer:
    """Corrects a stack's file by `pulumi config`, one key after the other."""

    stack: str
    deployment: str
    file: Path | None = None
    """The stack's file as it was named; None for the place where the program has it."""
    as_of: dt.date | None = None
    """The day to judge by, where it was given besides the file."""

    def steps(self, keys: tuple[Key, ...], request: Request) -> tuple[Step, ...]:
        """See `Fixer`. Only keys of this deployment are touched, never the stack's own."""
        return tuple(step for key in keys for step in self._steps(key, request))

    def command(self, keys: tuple[Key, ...], request: Request) -> str | None:
        """See `Fixer`, and `command_of`."""
        return self.command_of(self.steps(keys, request))

    def command_of(self, steps: Iterable[Step]) -> str | None:
        """The commands that make these steps, one after the other.

        There is none for the name of a file that is no stack's, with control characters in it.
        """
        commands = [["pulumi", "config", *step.words, "--stack", self.stack] for step in steps]
        if not all(map(shell.can_be_typed, commands)):
            return None
        return shell.in_order(map(shell.join, commands))

    def everything(self, request: Request) -> str | None:
        """See `Fixer`."""
        return self._plan("--explain")

    def decided_by(self, snapshot_id: str, request: Request) -> str | None:
        """See `Fixer`. It decides the whole stack."""
        return self.command_of([Step((f"{NAMESPACE}:snapshot",), snapshot_id)])

    def in_place(self, number: int) -> str | None:
        """See `Fixer`."""
        return self._plan("--fix", f"{self.deployment}={number}")

    def joint_steps(self, alternative: JointAlternative, written: Groups) -> tuple[Step, ...]:
        """The steps for changes of any deployments, and of the groups as the file has them."""
        steps = [
            step
            for name, key in alternative.changes
            for step in replace(self, deployment=name)._steps(key, alternative.requests[name])
        ]
        if alternative.regroups:
            steps += [Step(path, None) for path in _paths_to_remove(written, alternative.groups)]
        return tuple(steps)

    def _plan(self, *options: str) -> str | None:
        """A call of `plan` for the stack's file."""
        file = self.file or Path("stacks") / f"Pulumi.{self.stack}.yaml"
        words = own_call("plan", shell.as_argument(file), *options)
        words += ["--as-of", self.as_of.isoformat()] if self.as_of else []
        return shell.join(words) if shell.can_be_typed(words) else None

    def _steps(self, key: Key, request: Request) -> Iterator[Step]:
        path = (f"{NAMESPACE}:deployments", self.deployment, key.value)
        value = _value(key, request)
        if value is None or isinstance(value, str):
            yield Step(path, value)
        else:
            # A text cannot become a map by setting a key of it, so what is there goes first.
            yield Step(path, None)
            for inner, text in value.items():
                yield Step((*path, inner), text)


def _paths_to_remove(written: Groups, left: Groups) -> Iterator[ConfigPath]:
    """The paths of what goes, the last first: what is removed moves all that stands after it."""
    path = f"{NAMESPACE}:colocate"
    if not any(left):
        yield (path,)
        return
    for index, names in reversed(tuple(enumerate(written))):
        gone = [place for place, name in enumerate(names) if name not in left[index]]
        if gone and not left[index]:
            yield (path, index)
        else:
            yield from ((path, index, place) for place in reversed(gone))


@dataclass(frozen=True)
class ResolveFixer:
    """The corrected call of the command `resolve`."""

    project: str | None = None
    snapshot: str | None = None
    as_of: dt.date | None = None

    def steps(self, keys: tuple[Key, ...], request: Request) -> tuple[Step, ...]:
        """See `Fixer`."""
        return ()

    def decided_by(self, snapshot_id: str, request: Request) -> str | None:
        """See `Fixer`."""
        return replace(self, snapshot=snapshot_id).command((), request)

    def in_place(self, number: int) -> str | None:
        """See `Fixer`."""
        return None

    def everything(self, request: Request) -> str | None:
        """See `Fixer`."""
        command = self.command((), request)
        return command and f"{command} --explain"

    @cached_property
    def _start(self) -> list[str]:
        """How every command starts: finding the program asks the file system."""
        return own_call("resolve")

    def command(self, keys: tuple[Key, ...], request: Request) -> str | None:
        """See `Fixer`. All options that were given are given again.

        There is none for waivers and partners, which only a component's arguments can have, and
        none for a model's name with control characters in it. What is acknowledged changes nothing.
        """
        if request.waivers or request.partners:
            return None
        # Blanks of any kind in a model's name say nothing; a line break fits no printed command.
        words = [*self._start, " ".join(request.model.split())]
        words += ["--residency", ",".join(request.residency.within)]
        if request.residency.excluding:
            words += ["--excluding", ",".join(request.residency.excluding)]
        if request.residency.guarantee is Guarantee.ML_PROCESSING:
            words += ["--guarantee", request.residency.guarantee.value]
        for need in request.needs:
            words += ["--need", need.value]
        for control in request.controls:
            words += ["--control", control.value]
        if request.location:
            words += ["--location", request.location]
        if request.prefer:
            words += ["--prefer", ",".join(request.prefer)]
        if request.region:
            words += ["--region", request.region]
        words += ["--context-size", request.context_size] if request.context_size else []
        words += ["--prior-usage"] if request.prior_usage else []
        words += [] if request.allow_preview else ["--no-preview"]
        words += ["--project", self.project] if self.project else []
        words += ["--snapshot", self.snapshot] if self.snapshot else []
        words += ["--as-of", self.as_of.isoformat()] if self.as_of else []
        return shell.join(words) if shell.can_be_typed(words) else None


def _value(key: Key, request: Request) -> str | dict[str, str] | None:
    """The new value as a stack file may have it: a text, a map of texts, or None for no key."""
    from availability.explanation.alternatives.single import Key

    match key:
        case Key.MODEL:
            return request.model
        case Key.NEEDS:
            return ",".join(request.needs) or None
        case Key.LOCATION:
            return request.location
        case Key.CONTEXT_SIZE:
            return request.context_size
        case Key.ALLOW_PREVIEW:
            return "true" if request.allow_preview else "false"
        case Key.RESIDENCY:
            return None if request.has_stack_residency else _residency_value(request)


def _residency_value(request: Request) -> str | dict[str, str]:
    """The shortest form that a stack file may have: terms with commas, or a map of them.

    The guarantee of processing is always written out, so that it does not depend on the stack's;
    and the endpoint's where the stack's would take its place.
    """
    residency, stack = request.residency, request.stack_residency
    within = ",".join(residency.within)
    parts = {"within": within}
    if residency.excluding:
        parts["excluding"] = ",".join(residency.excluding)
    if Guarantee.ML_PROCESSING in (residency.guarantee, stack and stack.guarantee):
        parts["guarantee"] = residency.guarantee.value
    return within if len(parts) == 1 else parts


def change_value(key: Key, request: Request) -> object:
    """The new value of a key as it stands in JSON; None where the key goes."""
    from availability.explanation.alternatives.single import Key

    if key is Key.ALLOW_PREVIEW:
        return request.allow_preview
    if key is Key.NEEDS:
        return [need.value for need in request.needs]
    return _value(key, request)
