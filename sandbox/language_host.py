"""The plugin of a language that the engine asks for when it imports, and to run a plugin in Python.

`pulumi import` runs no program, and still asks for the plugin of the program's language. The one
for Python comes with Pulumi's own releases, and the sandbox builds its engine from source.
"""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent import futures
from queue import SimpleQueue
from typing import IO, Any

import grpc
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

VERSION = "3.0.0"


class _Host(language_pb2_grpc.LanguageRuntimeServicer):
    """Says that a program needs no plugins and runs none, and runs plugins in Python."""

    def Run(self, request: Any, context: Any) -> Any:  # noqa: N802
        error = "the program runs by `python -m sandbox preview|up STACK`, not by this command"
        return language_pb2.RunResponse(error=error)

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:  # noqa: N802
        return language_pb2.GetRequiredPackagesResponse()

    def InstallDependencies(self, request: Any, context: Any) -> Iterator[Any]:  # noqa: N802
        """Installs nothing: a plugin runs in the environment that this one has."""
        return iter(())

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:  # noqa: N802
        """Runs the plugin's folder as Pulumi's host does, in the environment that this one has."""
        process = subprocess.Popen(
            [sys.executable, request.info.program_directory, *request.args],
            cwd=request.pwd,
            env={**os.environ, **dict(line.partition("=")[::2] for line in request.env)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        context.add_callback(process.terminate)
        said: SimpleQueue[Any] = SimpleQueue()

        def pass_on(name: str, pipe: IO[bytes] | None) -> None:
            for line in pipe or ():
                answer: Any = language_pb2.RunPluginResponse()
                setattr(answer, name, line)
                said.put(answer)
            said.put(None)

        for name, pipe in (("stdout", process.stdout), ("stderr", process.stderr)):
            threading.Thread(target=pass_on, args=(name, pipe), daemon=True).start()
        for _ in range(2):
            yield from iter(said.get, None)
        yield language_pb2.RunPluginResponse(exitcode=process.wait())


def main() -> None:
    """Serve until the engine ends it, on the port that is printed."""
    server = grpc.server(futures.ThreadPoolExecutor(4))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(_Host(), server)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    with contextlib.suppress(KeyboardInterrupt):
        server.wait_for_termination()


if __name__ == "__main__":
    main()
