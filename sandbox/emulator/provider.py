"""The engine's `ResourceProvider` service, on top of the emulated cloud.

One class for all types: what differs between them is data (`catalog`, `shapes`, `computed`).
"""

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Never, TypeVar

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from . import catalog, checks, computed, diff, readers, shapes, values
from .cloud import LOCAL, Cloud
from .engine_log import EngineLog
from .errors import ApiError
from .faults import NO_FAULTS, Faults, Verb
from .schema import package_schema
from .store import Row, without
from .values import Json, Properties, is_unknown

PROJECT_VARIABLES: Final = (
    "GOOGLE_PROJECT",
    "GOOGLE_CLOUD_PROJECT",
    "GCLOUD_PROJECT",
    "CLOUDSDK_CORE_PROJECT",
)
"""Where the provider looks for a default project that neither stack nor provider names."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Target:
    """The resource that a call is about."""

    token: str
    kind: catalog.ResourceType
    name: str


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """One provider instance. It is configured once, then called in parallel."""

    def __init__(self, cloud: Cloud, version: str, faults: Faults = NO_FAULTS) -> None:
        self._cloud = cloud
        self._faults = faults
        self._version = version
        self._project = ""
        self._billing_project = ""
        self._overrides_user_project = False
        self._log = EngineLog("")

    # -- the instance ------------------------------------------------------------------------

    def Handshake(  # noqa: N802, D102
        self, request: provider_pb2.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        self._log = EngineLog(request.engine_address)
        # Without accept_secrets the engine sends plain values and keeps what was secret secret.
        return provider_pb2.ProviderHandshakeResponse()

    def Attach(  # noqa: N802, D102
        self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def GetPluginInfo(  # noqa: N802, D102
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=self._version)

    def GetSchema(  # noqa: N802, D102
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        return provider_pb2.GetSchemaResponse(schema=package_schema(self._version))

    def CheckConfig(  # noqa: N802, D102
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(  # noqa: N802, D102
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        # Another project is not another provider: each resource says itself what moves with it.
        old, new = values.read(request.old_inputs), values.read(request.news)
        changed = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
        some, none = provider_pb2.DiffResponse.DIFF_SOME, provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=some if changed else none, diffs=changed)

    def Configure(  # noqa: N802, D102
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        environment = (os.environ.get(name, "") for name in PROJECT_VARIABLES)
        configured = request.variables.get("gcp:config:project", "")
        self._project = configured or next(filter(None, environment), "")
        self._billing_project = request.variables.get("gcp:config:billingProject", "")
        override = request.variables.get("gcp:config:userProjectOverride", "")
        self._overrides_user_project = override.lower() == "true"
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Cancel(  # noqa: N802, D102
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def Invoke(  # noqa: N802, D102
        self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.InvokeResponse:
        if request.tok in readers.READERS:
            return self._read_by_function(readers.READERS[request.tok], request, context)
        if request.tok != readers.PROJECT_POLICY:
            message = f"Unrecognized data function (Invoke): {request.tok}"
            _abort(context, grpc.StatusCode.UNIMPLEMENTED, message)
        project = str(values.read(request.args).get("project", ""))
        kind = catalog.load().resources[shapes.PROJECT_BINDING]
        target = Target(shapes.PROJECT_BINDING, kind, project)
        policy = self._call(context, Verb.GET, target, project, lambda: self._cloud.policy(project))
        result: Properties = {
            "etag": "",
            "id": f"projects/{project}",
            "policyData": json.dumps(policy),
            "project": project,
        }
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(values.write(result))  # a keyword of Python
        return response

    def _read_by_function(
        self,
        reader: readers.Reader,
        request: provider_pb2.InvokeRequest,
        context: grpc.ServicerContext,
    ) -> provider_pb2.InvokeResponse:
        """A resource by what its id is made of; an error where there is none."""
        arguments = values.read(request.args)
        token = reader.token
        target = Target(token, catalog.load().resources[token], "")
        project = self._of(target, arguments)
        known = arguments | {"project": project}
        row = self._call(
            context, Verb.GET, target, project, lambda: self._cloud.look(token, project, known)
        )
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(values.write(readers.answer(reader, row, arguments)))
        return response

    # -- what is decided without the cloud ---------------------------------------------------

    def Check(  # noqa: N802, D102
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        target = _target("Check", request.urn, context)
        inputs = checks.with_name(
            target.token,
            target.name,
            request.randomSeed,
            values.read(request.olds),
            values.read(request.news),
        )
        found = checks.failures(target.token, target.name, target.kind, inputs)
        if not found and "project" in target.kind.inputs and not self._of(target, inputs):
            found = ["project: required field is not set"]
        return provider_pb2.CheckResponse(
            inputs=values.write(inputs),
            failures=[provider_pb2.CheckFailure(reason=reason) for reason in found],
        )

    def Diff(  # noqa: N802, D102
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        target = _target("Diff", request.urn, context)
        old, new = values.read(request.old_inputs), values.read(request.news)
        ignored = set(request.ignoreChanges)
        if "project" in target.kind.inputs:
            # A resource without a project of its own moves when the provider's project does.
            old["project"] = values.read(request.olds).get("project", self._project)
            new.setdefault("project", self._project)
        found = diff.compare(target.token, target.kind, old, new)
        changes = [change for change in found.changes if change.property not in ignored]
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME
            if changes
            else provider_pb2.DiffResponse.DIFF_NONE,
            diffs=sorted({change.property for change in changes}),
            replaces=sorted({change.property for change in changes if change.replaces}),
            deleteBeforeReplace=found.delete_before_replace,
            hasDetailedDiff=True,
            detailedDiff={change.path: _property_diff(change) for change in changes},
        )

    # -- what the cloud does -----------------------------------------------------------------

    def Create(  # noqa: N802, D102
        self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        target = _target("Create", request.urn, context)
        inputs = values.read(request.properties)
        if request.preview:
            known = self._with_project(target, inputs)
            outputs = computed.preview(target.kind, target.token, known)
            return provider_pb2.CreateResponse(properties=values.write(outputs))
        project = self._of(target, inputs)
        row = self._call(
            context,
            Verb.CREATE,
            target,
            project,
            lambda: self._cloud.create(target.token, project, inputs),
            request.urn,
            str(inputs.get("member", "")),
        )
        outputs = values.write(_outputs(target, row, inputs))
        try:
            self._faults.refuse_reading_back(self._cloud, target.token, project)
        except ApiError as refusal:
            self._log.error(request.urn, str(refusal))
            reason = f"creating {request.urn}: {_listed(str(refusal))}"
            _abort_initialization(context, row.id, outputs, reason)
        return provider_pb2.CreateResponse(id=row.id, properties=outputs)

    def Read(  # noqa: N802, D102
        self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ReadResponse:
        target = _target("Read", request.urn, context)
        inputs, state = values.read(request.inputs), values.read(request.properties)
        row = self._call(
            context,
            Verb.GET,
            target,
            self._of(target, state),
            lambda: self._cloud.read(target.token, request.id, state),
            request.urn,
        )
        if row is None:
            return provider_pb2.ReadResponse()
        outputs = _outputs(target, row, state)
        if target.token == shapes.SECRET_VERSION and not inputs:
            # An import takes the secret from the id that it is given: a project's id stays one.
            outputs["secret"] = request.id.partition("/versions/")[0]
        return provider_pb2.ReadResponse(
            id=row.id,
            properties=values.write(outputs),
            inputs=values.write(_live_inputs(target, inputs, outputs)),
        )

    def Update(  # noqa: N802, D102
        self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        target = _target("Update", request.urn, context)
        inputs, state = values.read(request.news), values.read(request.olds)
        if request.preview:
            stays = without(state, frozenset(target.kind.inputs) | computed.CHANGING)
            known = stays | self._with_project(target, inputs)
            outputs = computed.preview(target.kind, target.token, known)
            return provider_pb2.UpdateResponse(properties=values.write(outputs))
        project = self._of(target, inputs)
        row = self._call(
            context,
            Verb.UPDATE,
            target,
            project,
            lambda: self._cloud.update(target.token, request.id, project, inputs),
            request.urn,
        )
        return provider_pb2.UpdateResponse(properties=values.write(_outputs(target, row, inputs)))

    def Delete(  # noqa: N802, D102
        self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        target = _target("Delete", request.urn, context)
        state = values.read(request.properties)
        policy = state.get("deletionPolicy")
        if policy == "PREVENT":
            message = "cannot destroy resource without setting deletion_policy to DELETE"
            _abort(context, grpc.StatusCode.FAILED_PRECONDITION, message)
        if policy != "ABANDON":
            project = self._of(target, state)
            self._call(
                context,
                Verb.DELETE,
                target,
                project,
                lambda: self._cloud.delete(target.token, request.id, project, state),
                request.urn,
            )
        return empty_pb2.Empty()

    def _call(
        self,
        context: grpc.ServicerContext,
        verb: Verb,
        target: Target,
        project: str,
        call: Callable[[], Result],
        urn: str = "",
        member: str = "",
    ) -> Result:
        """Every call to the cloud goes through here; a refusal becomes the provider's error.

        `urn` is the resource's, and `member` whom a binding is for. What a function of the provider
        reads has no URN, and its errors are not logged (`ReadDataApply` of the bridge).
        """
        # `SendRequest` of the Terraform provider: the resource's own project, if no other is named.
        billed = self._overrides_user_project and bool(self._billing_project or project)
        try:
            return self._faults.around(
                self._cloud, verb, target.token, project, call, member=member, billed=billed
            )
        except ApiError as refusal:
            if urn:
                self._log.error(urn, str(refusal))
            _abort(context, grpc.StatusCode.FAILED_PRECONDITION, _listed(str(refusal)))

    def _of(self, target: Target, properties: Mapping[str, Json]) -> str:
        """The project whose APIs a call uses, empty where there is none."""
        if properties.get("project"):
            return str(properties["project"])
        if "project" not in target.kind.inputs:
            for key in ("serviceAccountId", "secret", "parameter", "parent"):
                named = re.match("projects/([^/]+)", str(properties.get(key, "")))
                if named:
                    return named[1]
        return self._project

    def _with_project(self, target: Target, inputs: Properties) -> Properties:
        if "project" not in target.kind.inputs or "project" in inputs:
            return inputs
        return inputs | {"project": self._project}


def _target(method: str, urn: str, context: grpc.ServicerContext) -> Target:
    """The type and name in a URN; a type that the emulator doesn't know ends the call."""
    _, _, types, name = urn.split("::", 3)
    token = types.rsplit("$", 1)[-1]
    kind = catalog.find(token)
    if kind is None:
        message = f"Unrecognized resource type ({method}): {token}"
        _abort(context, grpc.StatusCode.UNIMPLEMENTED, message)
    return Target(token, kind, name)


def _abort(context: grpc.ServicerContext, code: grpc.StatusCode, message: str) -> Never:
    context.abort(code, message)
    raise AssertionError  # abort raises; its stub doesn't say so


def _abort_initialization(
    context: grpc.ServicerContext, resource_id: str, outputs: struct_pb2.Struct, reason: str
) -> Never:
    """End a call that had its effect, with what the resource is as far as it is known.

    `initializationError` of Pulumi's bridge to Terraform providers.
    """
    failed = provider_pb2.ErrorResourceInitFailed(
        id=resource_id, properties=outputs, reasons=[reason]
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=reason)
    status.details.add().Pack(failed)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    _abort(context, grpc.StatusCode.UNKNOWN, reason)


def _listed(message: str) -> str:
    """An error as Terraform providers list them."""
    return f"1 error occurred:\n\t* {message}\n\n"


def _outputs(target: Target, row: Row, properties: Mapping[str, Json]) -> Properties:
    """What the cloud holds, and the inputs that only the provider knows."""
    local = {key: value for key, value in properties.items() if key in LOCAL}
    defaults: Properties = {}
    if "deletionPolicy" in target.kind.always_in_outputs:
        defaults["deletionPolicy"] = "DELETE"
    return defaults | row.body | local


def _live_inputs(
    target: Target, inputs: Mapping[str, Json], outputs: Mapping[str, Json]
) -> Properties:
    """The inputs that would make the resource as it is now.

    What nobody set and the cloud fills in by itself is left out, or it would look like drift. An
    import has no inputs yet: there, it is all that is no zero value (`ExtractInputsFromOutputs` of
    the Terraform bridge), but for labels, of which only those are read that are known already
    (`flattenLabels` of the Terraform provider).
    """
    known = {key: outputs[key] for key in target.kind.inputs if key in outputs}
    if not inputs:
        return {
            key: value
            for key, value in known.items()
            if target.kind.inputs[key].required
            or (value and key not in ("labels", "annotations", "deletionPolicy"))
        }
    return {
        key: value
        for key, value in known.items()
        if (
            key in inputs
            or target.kind.inputs[key].required
            or key not in target.kind.always_in_outputs
        )
        and not is_unknown(value)
    }


def _property_diff(change: diff.Change) -> provider_pb2.PropertyDiff:
    kinds = provider_pb2.PropertyDiff.Kind
    plain = {"add": kinds.ADD, "delete": kinds.DELETE, "update": kinds.UPDATE}
    replacing = {
        "add": kinds.ADD_REPLACE,
        "delete": kinds.DELETE_REPLACE,
        "update": kinds.UPDATE_REPLACE,
    }
    kind = (replacing if change.replaces else plain)[change.kind]
    return provider_pb2.PropertyDiff(kind=kind, inputDiff=True)
