"""What a run of the engine has in common, in a program and in a provider of components."""

import asyncio
from collections.abc import Iterator

import pytest

from components.registration.bindings import bindings
from components.registration.engine_run import PerRun, constructing, construction, engine_run
from components.registration.readiness import program as current
from tests.components.recording import ALICE, Program, endpoint

HERE, THERE = "127.0.0.1:1", "127.0.0.1:2"


@pytest.fixture
def kept() -> Iterator[PerRun[list[str]]]:
    return PerRun(list[str])  # pyright: ignore[reportReturnType]


def test_components_of_one_run_share_what_is_kept_and_those_of_another_don_t(
    kept: PerRun[list[str]],
) -> None:
    with constructing(HERE):
        kept().append("first")
    with constructing(HERE):
        assert kept() == ["first"]
    with constructing(THERE):
        assert kept() == []
    assert kept() == []


def test_what_is_constructed_at_the_same_time_keeps_its_own_run(kept: PerRun[list[str]]) -> None:
    async def one(address: str) -> None:
        with constructing(address) as mine:
            await asyncio.sleep(0)
            kept().append(address)
            await asyncio.sleep(0)
            assert construction() is mine

    async def all_of_them() -> None:
        await asyncio.gather(*(one(address) for address in (HERE, THERE, HERE)))

    asyncio.get_event_loop().run_until_complete(all_of_them())
    with constructing(HERE):
        assert kept() == [HERE, HERE]


def test_two_clients_of_one_monitor_have_one_hook_and_one_binding_for_all() -> None:
    """A provider has a client of its own for each component that it constructs."""
    hooks: list[object] = []

    def body(name: str) -> None:
        endpoint(name, callers=[ALICE])
        hooks.append(current().hook)

    registered: list[str] = []
    for name in ("chat", "search"):
        program = Program()
        with constructing("127.0.0.1:3"):
            program.run(lambda name=name: body(name))
        registered += [one.name for one in program.registered if one.name.startswith("binding-")]
    assert hooks[0] is hooks[1]
    assert len(registered) == 1


def test_what_is_awaited_belongs_to_the_component_that_waits(program: Program) -> None:
    run = engine_run()
    with constructing(HERE) as made:
        assert engine_run() is not run
        assert made.awaited is not bindings().awaited
