"""The policy pack in its own environment, which `make test-policy` makes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from tests.paths import ROOT

PACK = ROOT / "policy"
PYTHON = PACK / ".venv" / "bin" / "python"

needs_environment = pytest.mark.skipif(
    not PYTHON.exists(), reason="NO ENVIRONMENT OF THE POLICY PACK: `make test-policy` makes it"
)

SECRET = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
}
"""How the engine marks a secret, which has its `value` beside that."""
LATER = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands for a text that is not known yet."""


def struct(value: Mapping[str, Any]) -> struct_pb2.Struct:
    made = struct_pb2.Struct()
    made.update(value)
    return made


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:dev::tiny::{kind}::{name}"


@contextmanager
def started(config: Mapping[str, Mapping[str, Any]]) -> Generator[Analyzer]:
    """The pack as the engine starts it, with the configuration of its policies."""
    process = subprocess.Popen(
        [PYTHON, "-u", PACK, "127.0.0.1:1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PATH": os.environ["PATH"]},
    )
    assert process.stdout is not None
    try:
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            analyzer = Analyzer(channel)
            analyzer.configure(config)
            yield analyzer
    finally:
        process.kill()
        process.communicate()


@dataclass(frozen=True)
class Declared:
    """A resource of a stack, and what its `uri` is made of."""

    kind: str
    name: str
    properties: Mapping[str, Any]
    references: tuple[str, ...] = ()


class Analyzer:
    """What the engine asks a pack."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub: Any = analyzer_pb2_grpc.AnalyzerStub(channel)

    def configure(self, config: Mapping[str, Mapping[str, Any]]) -> None:
        levels = {info.name: info.enforcementLevel for info in self.info().policies}
        request = analyzer_pb2.ConfigureAnalyzerRequest()
        for name, level in levels.items():
            request.policyConfig[name].enforcementLevel = level
            request.policyConfig[name].properties.update(config.get(name, {}))
        self._stub.Configure(request)

    def info(self) -> Any:
        return self._stub.GetAnalyzerInfo(analyzer_pb2.AnalyzeRequest())

    def of_resource(
        self, kind: str, inputs: Mapping[str, Any], region: str = "europe-west4"
    ) -> list[Any]:
        """The diagnostics of one resource."""
        request = analyzer_pb2.AnalyzeRequest(
            type=kind,
            properties=struct(inputs),
            urn=urn(kind, "it"),
            name="it",
            provider=_provider(region),
        )
        return list(self._stub.Analyze(request).diagnostics)

    def of_component(self, kind: str, inputs: Mapping[str, Any]) -> list[Any]:
        """The diagnostics of a resource without a provider."""
        request = analyzer_pb2.AnalyzeRequest(
            type=kind, properties=struct(inputs), urn=urn(kind, "it"), name="it"
        )
        return list(self._stub.Analyze(request).diagnostics)

    def of_stack(self, *resources: Declared) -> list[Any]:
        """The diagnostics of a stack."""
        request = analyzer_pb2.AnalyzeStackRequest()
        for one in resources:
            made = request.resources.add(
                type=one.kind,
                properties=struct(one.properties),
                urn=urn(one.kind, one.name),
                name=one.name,
                provider=_provider("europe-west4"),
            )
            made.propertyDependencies["uri"].urns.extend(one.references)
        return list(self._stub.AnalyzeStack(request).diagnostics)


def _provider(region: str) -> Any:
    return analyzer_pb2.AnalyzerProviderResource(
        type="pulumi:providers:gcp",
        properties=struct({"region": region}),
        urn=urn("pulumi:providers:gcp", "default"),
        name="default",
    )
