"""What the stack exported when it was last updated, as the engine has it.

The engine answers that by a function of its own, which registers no resource, as a `StackReference`
would. It answers from the backend, in a preview and in an update: in an update the outputs are the
old ones until the program ends. What it leaves in the state is the default provider of its own
package, as each of its functions does (default_providers.go): an update of a stack that has none
yet puts it there, and no preview, update or count of changes shows it (`isInternalStep` in
pkg/engine/update.go).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final, cast

import pulumi
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.sync_await import _sync_await  # pyright: ignore[reportPrivateUsage]

from components.registration.identifiers import stack_reference

READ_OUTPUTS: Final = "pulumi:pulumi:readStackOutputs"
"""The engine's function that `StackReference` is made of (pkg/resource/deploy/builtins.go)."""


def last_outputs() -> Mapping[str, object] | None:
    """The stack's last outputs by name, none before its first update; None if they can't be read.

    To be called before anything is registered: registrations and look-ups share one pool of
    threads, so that a look-up that is waited for later could wait for ever. What goes wrong is left
    to the debug log, because nothing that the program makes depends on it.
    """
    try:
        return _sync_await(_read())
    except Exception as why:  # whatever a backend, an engine or a mock of it comes up with
        pulumi.log.debug(f"The last outputs of the stack can't be read: {why}")
        return None


async def _read() -> Mapping[str, object] | None:
    # Not by the SDK's `invoke`. That looks up resources that the outputs refer to, and has the
    # whole program fail for an error that it does not expect, whoever catches it.
    arguments = struct_pb2.Struct()
    arguments.update({"name": stack_reference()})
    request = resource_pb2.ResourceInvokeRequest(tok=READ_OUTPUTS, args=arguments)
    monitor: Any = pulumi.runtime.settings.get_monitor()
    loop = asyncio.get_running_loop()
    answer: Any = await loop.run_in_executor(None, monitor.Invoke, request)
    properties = cast("dict[str, object]", json_format.MessageToDict(getattr(answer, "return")))
    outputs = properties.get("outputs")
    return cast("Mapping[str, object]", outputs) if isinstance(outputs, Mapping) else None
