"""What the provider says to the engine while it works, which prints it with the resource."""

import os
from collections.abc import Mapping

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc


class EngineLog:
    """The engine's log, at the address that its handshake names.

    Pulumi's bridge to Terraform providers logs every error of a call (`logDiag` in its
    pkg/tfshim/sdk-v2), also of one that is tried again: the engine prints it, and counts the
    resource as errored. Only TF_LOG=off keeps it from that.
    """

    def __init__(self, address: str, environment: Mapping[str, str] = os.environ) -> None:
        silent = environment.get("TF_LOG", "").strip().lower() == "off"
        self._engine: engine_pb2_grpc.EngineStub | None = None
        if address and not silent:
            self._engine = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    def error(self, urn: str, message: str) -> None:
        """Print an error of a resource."""
        if self._engine:
            said = f"sdk.helper_schema: {message}"
            self._engine.Log(  # pyright: ignore[reportUnknownMemberType]
                engine_pb2.LogRequest(severity=engine_pb2.ERROR, message=said, urn=urn)
            )
