"""A Pulumi program without an engine: everything that it tells the engine is recorded.

- `Program(stack, preview=...)` begins a program of its own.
- `program.run(body)` runs the body as the language host runs `__main__.py`, and comes back when
  every registration has been answered, so that the absence of a resource can be asserted.
- `program.named(name)`, `program.of_type(token)`, `program.outputs(name)`, `program.warnings` are
  what the engine has seen.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import pulumi
from google.protobuf import json_format
from pulumi.runtime import mocks, rpc, settings
from pulumi.runtime.proto import engine_pb2
from pulumi.runtime.stack import wait_for_rpcs

from components import ModelEndpoint, ModelEndpointArgs

STACK = "pulumi:pulumi:Stack"
ENDPOINT = "vertex-residency:index:ModelEndpoint"
BASELINE = "vertex-residency:index:ProjectBaseline"
SERVICE = "gcp:projects/service:Service"
ROLE = "gcp:projects/iAMCustomRole:IAMCustomRole"
BINDING = "gcp:projects/iAMMember:IAMMember"
ACCOUNT = "gcp:serviceaccount/account:Account"

ACCOUNT_BINDING = "gcp:serviceaccount/iAMMember:IAMMember"
POOL = "gcp:iam/workloadIdentityPool:WorkloadIdentityPool"
POOL_PROVIDER = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider"
AUDIT = "gcp:projects/iAMAuditConfig:IAMAuditConfig"
SERVICE_IDENTITY = "gcp:projects/serviceIdentity:ServiceIdentity"
REGIONAL_ENDPOINT = "gcp:networkconnectivity/regionalEndpoint:RegionalEndpoint"
GLOBAL_ADDRESS = "gcp:compute/globalAddress:GlobalAddress"
FORWARDING_RULE = "gcp:compute/globalForwardingRule:GlobalForwardingRule"
ZONE = "gcp:dns/managedZone:ManagedZone"
RECORD = "gcp:dns/recordSet:RecordSet"
SECRET = "gcp:secretmanager/regionalSecret:RegionalSecret"  # noqa: S105
SECRET_VERSION = "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion"  # noqa: S105
SECRET_BINDING = "gcp:secretmanager/regionalSecretIamMember:RegionalSecretIamMember"  # noqa: S105
PARAMETER = "gcp:parametermanager/regionalParameter:RegionalParameter"
PARAMETER_VERSION = "gcp:parametermanager/regionalParameterVersion:RegionalParameterVersion"
CACHE_CONFIG = "gcp:vertex/aiCacheConfig:AiCacheConfig"
PROJECT_POLICY = "gcp:projects/getIamPolicy:getIamPolicy"
PROJECT_NUMBER = "123456789012"

UNKNOWN = rpc.UNKNOWN
"""What stands for a value that a preview doesn't know."""

PROJECT = "acme-dev"


@dataclass(frozen=True)
class Registered:
    """A resource as its registration came in."""

    urn: str
    type: str
    name: str
    inputs: dict[str, Any]
    parent: str
    provider: str
    depends_on: tuple[str, ...]
    on_error: tuple[str, ...]
    """The names of its error hooks."""
    retained: bool
    """Whether a destroy leaves it in the cloud."""


class _Google(mocks.Mocks):
    """Computes what Google computes; in a preview that is unknown, as are ids."""

    def __init__(self, preview: bool) -> None:
        self.preview = preview
        self.policy: str | Exception = "{}"

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        state = dict(cast("dict[str, Any]", args.inputs))
        if args.typ == ACCOUNT:
            email = f"{state.get('accountId')}@{state.get('project')}.iam.gserviceaccount.com"
            known = not self.preview
            state["email"] = email if known else UNKNOWN
            state["member"] = f"serviceAccount:{email}" if known else UNKNOWN
            name = f"projects/{state.get('project')}/serviceAccounts/{email}"
            state["name"] = name if known else UNKNOWN
        if args.typ in (POOL, POOL_PROVIDER):
            name = (
                f"projects/{PROJECT_NUMBER}/locations/global/workloadIdentityPools/"
                f"{state.get('workloadIdentityPoolId')}"
            )
            if args.typ == POOL_PROVIDER:
                name += f"/providers/{state.get('workloadIdentityPoolProviderId')}"
            state["name"] = UNKNOWN if self.preview else name
        if args.typ == SERVICE_IDENTITY:
            email = f"service-{PROJECT_NUMBER}@gcp-sa-aiplatform.iam.gserviceaccount.com"
            state["email"] = UNKNOWN if self.preview else email
        state |= self._of_access(args.typ, args.name, state)
        return ("" if self.preview else f"{args.name}-id"), state

    def _of_access(self, token: str, name: str, state: dict[str, Any]) -> dict[str, Any]:
        """What Google computes for endpoints, zones, secrets and parameters."""
        place = f"projects/{state.get('project')}/locations/{state.get('location')}"
        match token:
            case _ if token in (REGIONAL_ENDPOINT, GLOBAL_ADDRESS):
                address = state.get("address") or f"10.0.0.{len(name)}"
                found = {"address": address}
            case _ if token == ZONE:
                return {"name": f"{name}-made-up"}
            case _ if token == SECRET:
                found = {"name": f"{place}/secrets/{state['secretId']}"}
            case _ if token == PARAMETER:
                found = {"name": f"{place}/parameters/{state['parameterId']}"}
            case _ if token == PARAMETER_VERSION:
                found = {"name": f"{state['parameter']}/versions/{state['parameterVersionId']}"}
            case _:
                return {}
        return dict.fromkeys(found, UNKNOWN) if self.preview else found

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        assert args.token == PROJECT_POLICY, f"no component calls {args.token}"
        if isinstance(self.policy, Exception):
            return {}, [("project", str(self.policy))]
        return {**cast("dict[str, Any]", args.args), "policyData": self.policy}, []


class _Monitor(mocks.MockMonitor):
    """Keeps more of a registration than a mock sees: its parent and what it depends on."""

    def __init__(self, preview: bool) -> None:
        self.google = _Google(preview)
        super().__init__(self.google)
        self.registered: list[Registered] = []
        self.outputs: dict[str, dict[str, Any]] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the engine's own name
        response = cast("Any", super()).RegisterResource(request)
        self.registered.append(
            Registered(
                urn=response.urn,
                type=request.type,
                name=request.name,
                inputs=_values(request.object),
                parent=request.parent,
                provider=request.provider,
                depends_on=tuple(request.dependencies),
                on_error=tuple(request.hooks.on_error),
                retained=request.retainOnDelete,
            )
        )
        return response

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - the engine's own name
        self.outputs[request.urn] = _values(request.outputs)
        return cast("Any", super()).RegisterResourceOutputs(request)


class _Engine(mocks.MockEngine):
    def __init__(self) -> None:
        super().__init__(None)
        self.warnings: list[tuple[str, str]] = []

    def Log(self, request: Any) -> None:  # noqa: N802 - the engine's own name
        if request.severity == engine_pb2.WARNING:
            self.warnings.append((request.urn, request.message))


class Program:
    """One run of a Pulumi program; beginning another one ends it."""

    def __init__(
        self, stack: str = "dev", *, preview: bool = False, project: str = "vertex-residency"
    ) -> None:
        self._monitor = _Monitor(preview)
        self._engine = _Engine()
        settings.ROOT.set(None)
        pulumi.runtime.set_mocks(
            self._monitor.mocks, project, stack, preview, monitor=self._monitor
        )
        cast("Any", settings.SETTINGS).engine = self._engine
        asyncio.get_event_loop().run_until_complete(wait_for_rpcs())  # of the stack that mocks have

    def run(self, body: Callable[[], object]) -> None:
        """Runs the body as the program of the stack; raises what it raises."""
        self._monitor.registered.clear()
        settings.ROOT.set(None)

        def main() -> None:
            body()

        asyncio.get_event_loop().run_until_complete(pulumi.runtime.run_in_stack(main))

    def set_policy(self, policy: str | Exception) -> None:
        """The project's IAM policy as JSON, or why it can't be read."""
        self._monitor.google.policy = policy

    @property
    def registered(self) -> list[Registered]:
        """All resources but the stack and providers."""
        return [
            one
            for one in self._monitor.registered
            if one.type != STACK and not one.type.startswith("pulumi:providers:")
        ]

    def of_type(self, token: str) -> list[Registered]:
        """The resources of a type, in the order of their names."""
        return sorted((one for one in self.registered if one.type == token), key=lambda r: r.name)

    def named(self, name: str) -> Registered:
        """The one resource with this name."""
        [found] = [one for one in self.registered if one.name == name]
        return found

    def outputs(self, name: str) -> dict[str, Any]:
        """The outputs that a component registered."""
        return self._monitor.outputs[self.named(name).urn]

    @property
    def exports(self) -> dict[str, Any]:
        """What the stack exports."""
        [urn] = {one.urn for one in self._monitor.registered if one.type == STACK}
        return self._monitor.outputs[urn]

    @property
    def bindings(self) -> set[tuple[str, str]]:
        """(role, member) of each binding."""
        return {(one.inputs["role"], one.inputs["member"]) for one in self.of_type(BINDING)}

    @property
    def warnings(self) -> list[tuple[str, str]]:
        """(name of the resource, or "" for the stack; text) of each warning, in their order.

        The text is on one line again: how it was folded is another matter.
        """
        return [
            (urn.rpartition("::")[2], " ".join(text.split())) for urn, text in self._engine.warnings
        ]


def _values(struct: Any) -> dict[str, Any]:
    """The properties of a message, with its nulls, and `UNKNOWN` for what is not known."""
    return json_format.MessageToDict(struct)


def configure(values: Mapping[str, str]) -> None:
    """The stack's configuration, in the place of what it was."""
    pulumi.runtime.set_all_config(dict(values))


FLASH = "gemini-2.0-flash-001"
CLAUDE = "claude-3-7-sonnet@20250219"
ALICE = "user:alice@acme.example"
BOB = "user:bob@acme.example"
CHAT = "group:chat@acme.example"


def endpoint(
    name: str = "chat", opts: pulumi.ResourceOptions | None = None, **args: Any
) -> ModelEndpoint:
    """An endpoint that would be placed in the EU; `args` say otherwise, None leaves a key out."""
    defaults = {"model": FLASH, "residency": {"within": ["eu"]}, "snapshot": "2025-05-12"}
    all_args = {**defaults, **args}
    given = {key: value for key, value in all_args.items() if value is not None}
    return ModelEndpoint(name, cast("ModelEndpointArgs", given), opts)
