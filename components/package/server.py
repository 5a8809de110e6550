"""Serves the provider to an engine, and ends with it."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from typing import Any, Final

import grpc
import pulumi
from pulumi.errors import InputPropertiesError
from pulumi.provider.server import ProviderServicer
from pulumi.runtime.proto import provider_pb2_grpc
from pulumi.runtime.stack import wait_for_rpcs

from components.package.inputs import opened
from components.package.provider import Provider
from components.registration.engine_run import constructing

_MESSAGE_LIMIT: Final = 400 * 1024 * 1024  # the engine's own
_LOOK: Final = 0.5
"""Seconds between two looks at whether the engine is there."""


class Servicer(ProviderServicer):
    """Pulumi's service, for components that share what a run of the engine has in common."""

    async def _construct(self, request: Any, context: Any) -> Any:
        with constructing(request.monitorEndpoint) as made:
            try:
                response: Any = await super()._construct(request, context)  # pyright: ignore[reportUnknownMemberType]
                # What registers more as soon as a value is known would come too late: when the
                # last component is there, a program ends, and so does its engine.
                for output in made.awaited:
                    await output.future()
                await wait_for_rpcs(await_all_outstanding_tasks=False)
            except pulumi.RunError as error:
                raise InputPropertiesError(str(error), []) from None
        return response

    @staticmethod
    async def _construct_inputs(inputs: Any, input_dependencies: Any) -> dict[str, Any]:
        given = await ProviderServicer._construct_inputs(inputs, input_dependencies)
        return {key: await opened(value) for key, value in given.items()}


async def serve(engine_address: str) -> None:
    """Serve on a free loopback port, which is printed, until the engine ends."""
    engine = os.getppid()
    limits = [
        ("grpc.max_receive_message_length", _MESSAGE_LIMIT),
        ("grpc.max_send_message_length", _MESSAGE_LIMIT),
    ]
    server = grpc.aio.server(options=limits)
    servicer = Servicer(Provider(), [], engine_address)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    # An engine that was killed tells nobody: its children then have another parent.
    while os.getppid() == engine:
        await asyncio.sleep(_LOOK)


def main() -> None:
    """What the engine starts as the plugin of the package, with the address that it listens on."""
    parser = argparse.ArgumentParser(
        prog="pulumi-resource-vertex-residency",
        description="The provider of the components. Pulumi's engine starts it.",
    )
    parser.add_argument("engine", help="the address of the engine")
    known, _ = parser.parse_known_args()
    try:
        asyncio.run(serve(known.engine))
    except KeyboardInterrupt:  # how the engine ends a plugin
        sys.exit(0)
