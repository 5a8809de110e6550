"""The executable that the engine starts: serves until it is told to stop.

`VERTEX_RESIDENCY_CLOUD` names the SQLite file that holds the cloud, and what is to go wrong stands
in the variables of `faults`. The port goes to standard output, as the engine's protocol for
plugins asks.
"""

import os
import signal
import sys
import threading
import time
from concurrent import futures
from importlib import metadata
from pathlib import Path
from types import FrameType

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from .cloud import Cloud
from .faults import BadFault, Faults
from .provider import Provider

CLOUD_VARIABLE = "VERTEX_RESIDENCY_CLOUD"
_MESSAGE_LIMIT = 400 * 1024 * 1024  # the engine's own


def main() -> int:
    """Serve on a free loopback port until SIGINT or SIGTERM.

    Exit status 2 without a cloud file, or where a variable asks for a fault that there is not.
    """
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
    cloud = Cloud(Path(path), faults.later(time.time))
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=16),
        options=[("grpc.max_receive_message_length", _MESSAGE_LIMIT)],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(
        Provider(cloud, metadata.version("pulumi-gcp"), faults), server
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    stop.wait()
    server.stop(grace=1).wait()
    cloud.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
