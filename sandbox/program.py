"""The project's program in a process of its own, for an engine without a language host for Python.

The engine gets the address of a `LanguageRuntime` service instead, and calls it to run
`__main__.py`. A process a command, as with the language host: the SDK keeps what it knows of the
engine in its modules, and a program that outlives its engine would answer the next one.
"""

import multiprocessing
import os
import runpy
import signal
import sys
from collections.abc import Callable, Generator, Mapping
from concurrent import futures
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, cast

import grpc
from pulumi.automation._server import LanguageServer  # the public functions take only a callable
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from .interruption import ENDING
from .running import end

_MESSAGE_LIMIT: Final = 400 * 1024 * 1024  # the engine's own
_GRACE: Final = 10.0
"""Seconds that an engine has to stop in order when the command that started it was killed."""
_PRELOAD: Final = ["pulumi.automation", "pulumi_gcp", "pydantic"]
"""What every program imports first, and what no project has a version of its own of."""

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(_PRELOAD)


@dataclass(frozen=True)
class Offer:
    """A program that is being served."""

    address: str
    """`host:port`"""
    watch: Callable[[int], object]
    """Has the program end the engine with this process id, should this process be killed first."""


@contextmanager
def serve(project: Path) -> Generator[Offer]:
    """Offer the program in `project` to an engine.

    The program has the environment that this process has now, `project` as its working directory
    and in front of `sys.path`, and ends with the context, whatever it is doing.
    """
    here, there = _processes.Pipe()
    process = _processes.Process(
        target=_serve, args=(project, dict(os.environ), there), daemon=True
    )
    try:
        with _out_of_reach():
            process.start()
        there.close()

        def watch(engine: int) -> None:
            with suppress(OSError):  # a program that has crashed: the engine will say so
                here.send(engine)

        yield Offer(f"127.0.0.1:{here.recv()}", watch)
    finally:
        if process.ident is not None:
            process.kill()
            process.join()
        here.close()


def close() -> None:
    """End the process that programs start from, and wait for it. A later program starts another.

    It ends with this process in any case, but some moments after it. There is no public function.
    """
    forkserver._forkserver._stop()  # pyright: ignore
    resource_tracker._resource_tracker._stop()  # pyright: ignore


@contextmanager
def _out_of_reach() -> Generator[None]:
    """Processes that start meanwhile are deaf to signals that a terminal or CI sends to a group.

    The command ends them when the engine has stopped, which needs its program for that.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(project: Path, environment: Mapping[str, str], parent: Connection) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(project)
    sys.path.insert(0, str(project))
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=4),
        options=[("grpc.max_receive_message_length", _MESSAGE_LIMIT)],
    )
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(_Host(project), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    engine: int | None = None
    try:
        parent.send(port)
        while True:  # until the other end is closed, or its process is gone
            engine = parent.recv()
    except (EOFError, OSError):
        if engine is not None:
            end(engine, grace=_GRACE)
    finally:
        os._exit(0)


class _Host(LanguageServer):
    """Runs `__main__.py` as the Automation API runs a function.

    The Automation API logs an error of the program and then returns it too, which prints it a
    second time. `bail` says that it has been reported, as the language host for Python does.
    """

    def __init__(self, project: Path) -> None:
        main = project / "__main__.py"

        def program() -> None:
            runpy.run_path(str(main), run_name="__main__")

        super().__init__(program)

    def Run(  # noqa: N802
        self, request: language_pb2.RunRequest, context: Any
    ) -> language_pb2.RunResponse:
        run = cast("Callable[..., language_pb2.RunResponse]", super().Run)  # pyright: ignore[reportUnknownMemberType]
        try:
            response = run(request, context)
        except grpc.RpcError:
            # The engine ended while the program was running: nobody is left to report to.
            return language_pb2.RunResponse(bail=True)
        if response.error:
            return language_pb2.RunResponse(bail=True)
        return response
