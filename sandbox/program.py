"""The project's program in this process, for an engine that has no language host for Python.

The engine gets the address of a `LanguageRuntime` service instead, and calls it to run
`__main__.py`.
"""

import runpy
import sys
import threading
from collections.abc import Callable, Generator
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import grpc
from pulumi.automation._server import LanguageServer  # the public functions take only a callable
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

_MESSAGE_LIMIT = 400 * 1024 * 1024  # the engine's own
_LONGEST_END = 60.0
"""Seconds that a program may take to notice that its engine is gone."""


@contextmanager
def serve(project: Path) -> Generator[str]:
    """Offer the program in `project` to an engine; yields `host:port`.

    The project's folder is on `sys.path` meanwhile. Its modules stay imported from one run to the
    next, `__main__` is run anew each time.
    """
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=4),
        options=[("grpc.max_receive_message_length", _MESSAGE_LIMIT)],
    )
    host = _Host(project)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    sys.path.insert(0, str(project))
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(0).wait()
        # An engine that died leaves its program running, and that would answer the next engine.
        host.ended.wait(_LONGEST_END)
        sys.path.remove(str(project))


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
        self.ended = threading.Event()
        """No program is running."""
        self.ended.set()

    def Run(  # noqa: N802
        self, request: language_pb2.RunRequest, context: Any
    ) -> language_pb2.RunResponse:
        run = cast("Callable[..., language_pb2.RunResponse]", super().Run)  # pyright: ignore[reportUnknownMemberType]
        self.ended.clear()
        try:
            response = run(request, context)
        except grpc.RpcError:
            # The engine ended while the program was running: nobody is left to report to.
            return language_pb2.RunResponse(bail=True)
        finally:
            self.ended.set()
        if response.error:
            return language_pb2.RunResponse(bail=True)
        return response
