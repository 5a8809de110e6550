"""The plugin of a language that the engine asks for when it imports: it has nothing to tell.

`pulumi import` runs no program, and still asks for the plugin of the program's language. The one
for Python comes with Pulumi's own releases, and the sandbox builds its engine from source.
"""

import contextlib
from concurrent import futures
from typing import Any

import grpc
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

VERSION = "3.0.0"


class _Host(language_pb2_grpc.LanguageRuntimeServicer):
    """Says that a program needs no plugins, and runs none."""

    def Run(self, request: Any, context: Any) -> Any:  # noqa: N802
        error = "the program runs by `preview` and `up` of the sandbox, not by this command"
        return language_pb2.RunResponse(error=error)

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:  # noqa: N802
        return language_pb2.GetRequiredPackagesResponse()


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
