"""A Pulumi program without an engine: everything that it tells the engine is recorded.

- `Program(stack, preview=...)` begins a program of its own.
- `program.run(body)` runs the body as the language host runs `__main__.py`, and comes back when
  every registration has been answered, so that the absence of a resource can be asserted.
- `program.named(name)`, `program.of_type(token)`, `program.outputs(name)`, `program.warnings`,
  `program.infos` and `program.errors` are what the engine has seen.
- `program.set_answer(function, answer)` is what a look-up comes to; without an answer it fails, as
  the provider's functions do where there is nothing, and the engine's own where it knows no stack.
  `program.calls` are those that were made.
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

from availability.cloud.members import account_address
from availability.cloud.resource_types import LOOKUPS
from components import ModelEndpoint, ModelEndpointArgs
from components.registration.identifiers import Owner, role_id, service_account_id

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
POLICY = "gcp:orgpolicy/policy:Policy"
CACHE_CONFIG = "gcp:vertex/aiCacheConfig:AiCacheConfig"
PROJECT_POLICY = "gcp:projects/getIamPolicy:getIamPolicy"
PROJECT_NUMBER = "123456789012"

UNKNOWN = rpc.UNKNOWN
"""What stands for a value that a preview doesn't know."""

PROJECT = "acme-dev"
DEV = Owner("vertex-residency", "dev")
"""The stack that a `Program` is, unless it is told another one."""
OWN_STATE = "pulumi:pulumi:readStackResourceOutputs"
"""The engine's function that answers with what the stack's state has."""

LAST_OUTPUTS = "pulumi:pulumi:readStackOutputs"
"""The engine's function that answers with what the stack exported last."""


def caller_role(need: str, owner: Owner = DEV, generation: int = 1) -> str:
    """The name of the stack's custom role for a need."""
    return f"projects/{PROJECT}/roles/{role_id(need, owner, generation)}"


def caller_email(deployment: str, owner: Owner = DEV) -> str:
    """The address of a deployment's service account."""
    return account_address(service_account_id(deployment, owner), PROJECT)


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
    protected: bool
    """Whether the engine refuses to delete it."""
    import_id: str
    """What it is imported by; empty for what is created."""
    transforms: int
    """How many functions of the program the engine calls before it registers this."""


class _Google(mocks.Mocks):
    """Computes what Google computes; in a preview that is unknown, as are ids."""

    def __init__(self, preview: bool) -> None:
        self.preview = preview
        self.policy: str | Exception = "{}"
        self.answers: dict[str, Answering] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        state = dict(cast("dict[str, Any]", args.inputs))
        if args.typ == ACCOUNT:
            email = account_address(str(state.get("accountId")), str(state.get("project")))
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
        inputs = cast("dict[str, Any]", args.args)
        self.calls.append((args.token, inputs))
        if args.token == PROJECT_POLICY:
            if isinstance(self.policy, Exception):
                return {}, [("project", str(self.policy))]
            return {**inputs, "policyData": self.policy}, []
        assert args.token in _LOOKED_UP, f"no component calls {args.token}"
        answer = self.answers.get(args.token, _nothing)(inputs)
        return ({}, [("", f"{args.token} found nothing")]) if answer is None else (answer, [])


Answering = Callable[[Mapping[str, Any]], dict[str, Any] | None]
"""What a function answers to inputs; None where it fails."""

_LOOKED_UP = {OWN_STATE, LAST_OUTPUTS, *(lookup.function for lookup in LOOKUPS.values())}


def _nothing(inputs: Mapping[str, Any]) -> None:
    return None


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
                protected=request.protect,
                import_id=request.importId,
                transforms=len(request.transforms),
            )
        )
        return response

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - the engine's own name
        self.outputs[request.urn] = _values(request.outputs)
        return cast("Any", super()).RegisterResourceOutputs(request)


class _Engine(mocks.MockEngine):
    def __init__(self) -> None:
        super().__init__(None)
        self.logged: list[tuple[int, str, str]] = []

    def Log(self, request: Any) -> None:  # noqa: N802 - the engine's own name
        self.logged.append((request.severity, request.urn, request.message))


class Program:
    """One run of a Pulumi program; beginning another one ends it."""

    def __init__(
        self, stack: str = "dev", *, preview: bool = False, project: str = "vertex-residency"
    ) -> None:
        self._monitor = _Monitor(preview)
        self._engine = _Engine()
        settings.ROOT.set(None)
        pulumi.runtime.set_mocks(
            self._monitor.mocks,
            project,
            stack,
            preview,
            monitor=self._monitor,
            organization="organization",
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

    def set_answer(self, function: str, answer: Answering | dict[str, Any]) -> None:
        """What one of the functions that look something up answers, whatever or as it is asked."""

        def given(inputs: Mapping[str, Any]) -> dict[str, Any] | None:
            return answer(inputs) if callable(answer) else answer

        self._monitor.google.answers[function] = given

    @property
    def calls(self) -> list[tuple[str, dict[str, Any]]]:
        """(function, inputs) of each function that the program called."""
        return self._monitor.google.calls

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
        return self._logged(engine_pb2.WARNING)

    @property
    def infos(self) -> list[tuple[str, str]]:
        """The same of what is only for information."""
        return self._logged(engine_pb2.INFO)

    @property
    def errors(self) -> list[tuple[str, str]]:
        """The same of errors."""
        return self._logged(engine_pb2.ERROR)

    @property
    def messages(self) -> list[str]:
        """The text of each message, with its line breaks."""
        return [text for _, _, text in self._engine.logged]

    def _logged(self, severity: int) -> list[tuple[str, str]]:
        return [
            (urn.rpartition("::")[2], " ".join(text.split()))
            for level, urn, text in self._engine.logged
            if level == severity
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
