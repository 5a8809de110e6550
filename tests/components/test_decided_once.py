"""A program decides and reads its keys once; a component that stands alone decides for itself."""

import sys
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from availability.explanation import newer
from availability.explanation.warnings import warnings_of
from availability.facts.library import newest
from availability.placement.place import place
from availability.stack.keys import read_keys
from tests.components.recording import Program, endpoint
from tests.components.whole_program import run, stack

SNAPSHOT = "2025-05-12"
"""The snapshot that decides, here."""
TEN: Mapping[str, dict[str, object]] = {f"chat-{number}": {} for number in range(10)}
Calls = list[tuple[Any, ...]]
Counted = Callable[[Callable[..., object]], Calls]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Keeps the arguments of each call of a function, whichever module calls it."""
    assert newer.place is place  # a module that is loaded later would keep what counts

    def count(function: Callable[..., object]) -> Calls:
        calls: Calls = []

        def counting(*args: Any, **named: Any) -> object:
            calls.append(args)
            return function(*args, **named)

        for module in [*sys.modules.values()]:
            if vars(module).get(function.__name__) is function:
                monkeypatch.setattr(module, function.__name__, counting)
        return calls

    return count


def by_snapshot(placed: Calls) -> dict[str, int]:
    """Snapshot -> how often something was placed by it."""
    return Counter(snapshot.id for _, snapshot, _ in placed)


def test_a_program_places_each_of_its_deployments_once(program: Program, counted: Counted) -> None:
    placed, warned = counted(place), counted(warnings_of)
    run(program, stack(TEN))
    # A newer snapshot decides nothing: whether it would decide otherwise is only warned of.
    assert by_snapshot(placed) == {SNAPSHOT: 10, newest(): 10}
    assert len(warned) == 10


def test_a_member_of_a_group_is_placed_alone_and_then_with_its_partners(
    program: Program, counted: Counted
) -> None:
    placed = counted(place)
    run(program, stack(TEN, colocate=[["chat-0", "chat-1", "chat-2"]]))
    assert by_snapshot(placed)[SNAPSHOT] == 10 + 3


def test_a_program_reads_the_keys_of_the_stack_and_of_each_deployment_once(
    program: Program, counted: Counted
) -> None:
    read = counted(read_keys)
    federation = {"github": {"repository": "acme/chat", "ownerId": "7"}}
    run(program, stack(TEN, federation=federation, auditLogs="true", callers="federation"))
    assert len(read) == 1 + 10


def test_an_endpoint_that_stands_alone_is_placed_once(program: Program, counted: Counted) -> None:
    placed = counted(place)
    program.run(lambda: endpoint(snapshot=SNAPSHOT))
    assert by_snapshot(placed)[SNAPSHOT] == 1
