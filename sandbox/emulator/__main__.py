"""The executable that the engine starts: serves until it is told to stop, or the engine is gone.

`VERTEX_RESIDENCY_CLOUD` names the SQLite file that holds the cloud, and what is to go wrong stands
in the variables of `faults`. The port goes to standard output, as the engine's protocol for
plugins asks.
"""

import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from concurrent import futures
from importlib import metadata
from pathlib import Path
from types import FrameType
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from .cloud import Cloud
from .faults import BadFault, Faults
from .provider import Provider

CLOUD_VARIABLE = "VERTEX_RESIDENCY_CLOUD"
_LOOK = 0.5
"""Seconds between two looks at whether the engine is there."""
_MESSAGE_LIMIT = 400 * 1024 * 1024  # the engine's own


def main() -> int:
    """Serve on a free loopback port until SIGINT or SIGTERM, or until the engine is gone.

    Exit status 2 without a cloud file that can be written, or where a variable asks for a fault
    that there is not.
    """
    engine = os.getppid()
    path = os.environ.get(CLOUD_VARIABLE)
    if not path:
        print(f"{CLOUD_VARIABLE} must name the file that holds the cloud", file=sys.stderr)
        return 2
    try:
        faults = Faults.read()
    except BadFault as wrong:
        print(wrong, file=sys.stderr)
        return 2
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    # The engine ends a plugin by SIGINT, in a process group of its own, and kills it 5 s later.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    try:
        cloud = Cloud(Path(path), faults.later(time.time))
    except (sqlite3.Error, OSError) as why:
        print(_unwritable(path, why), file=sys.stderr)
        return 2
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=16),
        interceptors=[_Disk(path)],
        options=[("grpc.max_receive_message_length", _MESSAGE_LIMIT)],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(
        Provider(cloud, metadata.version("pulumi-gcp"), faults), server
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    # An engine that was killed tells nobody: its children then have another parent.
    while os.getppid() == engine and not stop.wait(_LOOK):
        pass
    server.stop(grace=1).wait()
    cloud.close()
    return 0


class _Disk(grpc.ServerInterceptor):
    """Answers a call that a full or read-only disk made impossible with a line that says so."""

    def __init__(self, path: str) -> None:
        self._path = path

    def intercept_service(self, continuation: Callable[..., Any], handler_call_details: Any) -> Any:
        """The handler of a call, with an end of its own to errors of the disk."""
        handler = continuation(handler_call_details)
        if handler is None or handler.unary_unary is None:
            return handler

        def answer(request: Any, context: grpc.ServicerContext) -> Any:
            try:
                return handler.unary_unary(request, context)
            except sqlite3.Error as why:
                context.abort(grpc.StatusCode.FAILED_PRECONDITION, _unwritable(self._path, why))

        return grpc.unary_unary_rpc_method_handler(
            answer, handler.request_deserializer, handler.response_serializer
        )


def _unwritable(path: str, why: Exception) -> str:
    return f"the emulated cloud can't be read or written: {why} ({path})"


if __name__ == "__main__":
    sys.exit(main())
