"""A deployment's configuration, kept where its callers and nobody else can read it.

It owns a regional secret or a regional parameter, its current version and who reads it. There is
no secret in it: Secret Manager is one of two places for it, because workloads can read both.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict, cast

import pulumi
import pulumi_gcp as gcp

from availability.cloud.members import check_member
from availability.cloud.publication import Store
from availability.cloud.resource_types import ResourceType
from availability.input.errors import Problem
from availability.places.geography import regions
from availability.report.bindings import Binding
from components.endpoint import expected_exports
from components.feature import Exports, Stack, StackFeature, Turn
from components.registration.arguments import no_input_text, unknown_keys
from components.registration.bindings import Condition, bind, bindings, each_once
from components.registration.diagnostics import bad_input
from components.registration.existing import Marks
from components.registration.google_project import project_of, project_problems
from components.registration.identifiers import owner, publication_id, short_hash
from components.registration.readiness import child_options
from components.registration.search import Sought

if TYPE_CHECKING:
    from availability.stack.plan import Plan

TYPE = "vertex-residency:index:Publication"
_READS_SECRETS = "roles/secretmanager.secretAccessor"
_READS_PARAMETERS = "roles/parametermanager.parameterAccessor"
_FORMAT = "JSON"


class ReaderArgs(TypedDict):
    """Who reads it."""

    member: pulumi.Input[str]
    """An IAM member."""


class PublicationArgs(TypedDict):
    """What is kept, where, and for whom."""

    store: str
    """`secrets` or `parameters`."""
    location: str
    """The region that it is kept in."""
    configuration: pulumi.Input[str]
    """The configuration as JSON."""
    readers: list[ReaderArgs]
    """Who reads it."""
    id: NotRequired[str]
    """The id of the secret or the parameter; by default of the stack and the component."""
    project: NotRequired[pulumi.Input[str]]
    """The Google Cloud project; by default the provider's."""


class Publication(pulumi.ComponentResource):
    """A configuration in a regional secret or a regional parameter."""

    location: pulumi.Output[str]
    """The region that it is kept in."""
    resource: pulumi.Output[str]
    """The name to read it by: of a secret the alias of its latest version, of a parameter the
    version, because Parameter Manager has no such alias."""

    def __init__(
        self, name: str, args: PublicationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        problems = list(_problems(name, args, opts))
        if problems:
            raise bad_input(f"the arguments of {name}", problems)
        super().__init__(TYPE, name, {}, opts)
        self._name, self._args = name, args
        self._opts = opts or pulumi.ResourceOptions()
        store = Store(args["store"])
        self._project = project_of(self, args.get("project"))
        self._id = args.get("id", publication_id(name, owner(), store.longest_id))
        self._labels = Marks(self, opts).label(name)
        self.location = pulumi.Output.from_input(args["location"])
        self.resource = self._secret() if store is Store.SECRETS else self._parameter()
        self.register_outputs({"location": self.location, "resource": self.resource})

    def _options(self, kind: ResourceType, name: str | None = None) -> pulumi.ResourceOptions:
        return child_options(self, self._opts, kind, name or self._name)

    def _secret(self) -> pulumi.Output[str]:
        """The regional secret; a new configuration is a new version, and the old one goes last."""
        secret = gcp.secretmanager.RegionalSecret(
            self._name,
            project=self._project,
            location=self._args["location"],
            secret_id=self._id,
            labels=self._labels,
            opts=self._options(ResourceType.SECRET),
        )
        version = gcp.secretmanager.RegionalSecretVersion(
            self._name,
            secret=secret.name,
            secret_data=self._args["configuration"],
            opts=self._options(ResourceType.SECRET_VERSION),
        )

        def let_read(member: str) -> None:
            label = f"{self._name}-{short_hash(member)}"
            where = f"on the secret of {self._name}"
            bindings().known.append(Binding(_READS_SECRETS, where, member, label))
            gcp.secretmanager.RegionalSecretIamMember(
                label,
                project=self._project,
                location=secret.location,
                secret_id=secret.secret_id,
                role=_READS_SECRETS,
                member=member,
                opts=self._options(ResourceType.SECRET_BINDING, label),
            )

        what = f"The binding of a reader of {self._name}"
        each_once((reader["member"] for reader in self._args["readers"]), let_read, what)
        return pulumi.Output.all(secret.name, version.id).apply(
            lambda known: f"{known[0]}/versions/latest"
        )

    def _parameter(self) -> pulumi.Output[str]:
        """The regional parameter; its version is named by what is in it."""
        configuration = pulumi.Output.from_input(self._args["configuration"])
        parameter = gcp.parametermanager.RegionalParameter(
            self._name,
            project=self._project,
            location=self._args["location"],
            parameter_id=self._id,
            format=_FORMAT,
            labels=self._labels,
            opts=self._options(ResourceType.PARAMETER),
        )
        version = gcp.parametermanager.RegionalParameterVersion(
            self._name,
            parameter=parameter.name,
            parameter_version_id=configuration.apply(_version_id),
            parameter_data=configuration,
            opts=self._options(ResourceType.PARAMETER_VERSION),
        )
        for reader in self._args["readers"]:
            bind(
                self._project,
                _READS_PARAMETERS,
                reader["member"],
                self._condition(),
                self._unparented,
                f"a reader of {self._name}",
            )
        return version.name

    def _condition(self) -> Condition:
        """Only versions of this one parameter: parameters have no IAM policy of their own.

        Google's "Resource attributes for IAM Conditions" lists both types of Parameter Manager;
        their names start with the project's number, so the end of the name is what is compared.
        """
        place = f"/locations/{self._args['location']}/parameters/"
        expression = (
            'resource.type == "parametermanager.googleapis.com/ParameterVersion" && '
            f'resource.name.extract("{place}{{parameter}}/versions/") == "{self._id}"'
        )
        return Condition(f"Reads {self._id}"[:100], expression)

    def _unparented(self) -> pulumi.ResourceOptions:
        """Options of a binding: it is the program's, and goes where these things go."""
        provider = self.get_provider(ResourceType.BINDING)
        return pulumi.ResourceOptions(provider=provider, depends_on=self._opts.depends_on)


def sought(
    name: str, store: Store, location: str, configuration: str, project: str
) -> Iterator[Sought]:
    """What an interrupted update may have left of a configuration, which is given as JSON."""
    component = (TYPE, name)
    identifier = publication_id(name, owner(), store.longest_id)
    inputs = {"project": project, "location": location}
    match store:
        case Store.SECRETS:
            kept, version = ResourceType.SECRET, ResourceType.SECRET_VERSION
            inputs |= {"secretId": identifier}
            of_version = {"secretData": configuration}
        case Store.PARAMETERS:
            kept, version = ResourceType.PARAMETER, ResourceType.PARAMETER_VERSION
            inputs |= {"parameterId": identifier, "format": _FORMAT}
            version_id = _version_id(configuration)
            of_version = {"parameterData": configuration, "parameterVersionId": version_id}
    outer = Sought(component, kept, name, inputs)
    yield outer
    yield Sought(component, version, name, of_version, inside=outer.urn)


def configuration_of(name: str, exports: Mapping[str, Any]) -> dict[str, Any]:
    """What a stack keeps of a deployment: all that it exports but the warnings.

    Those change by the day.
    """
    return {"name": name, **{key: value for key, value in exports.items() if key != "warnings"}}


def _version_id(configuration: str) -> str:
    return f"v-{hashlib.sha256(configuration.encode()).hexdigest()[:12]}"


_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,254}")


def _reader_problems(path: str, reader: ReaderArgs) -> Iterator[Problem]:
    wrong = [*unknown_keys(path, reader, ReaderArgs)]
    yield from wrong
    member = cast("object", None if wrong else reader.get("member"))
    if not wrong and member is None:
        yield Problem(f"{path}.member", "missing: name an IAM member")
    if member is not None:
        yield from no_input_text(f"{path}.member", member)
    if isinstance(member, str) and isinstance(no_member := check_member(member), Problem):
        yield replace(no_member, path=f"{path}.member")


def _problems(
    name: str, args: PublicationArgs, opts: pulumi.ResourceOptions | None
) -> Iterator[Problem]:
    """Every mistake in the arguments, before anything is registered."""
    yield from project_problems(f"{name}.project", args.get("project"), opts)
    yield from unknown_keys(name, args, PublicationArgs)
    stores = [store.value for store in Store]
    if cast("object", args.get("store")) not in stores:
        yield Problem(f"{name}.store", f"expected {' or '.join(stores)}")
    location = cast("object", args.get("location"))
    if not isinstance(location, str) or location not in regions():
        message = f"{location!r} is no region: a multi-region or global keeps nothing"
        yield Problem(f"{name}.location", message)
    if not isinstance(cast("object", args.get("readers")), list):
        yield Problem(f"{name}.readers", "expected a list of readers {member}")
    else:
        for index, reader in enumerate(args["readers"]):
            yield from _reader_problems(f"{name}.readers[{index}]", reader)
    id_ = cast("object", args.get("id", "a"))
    if not isinstance(id_, str) or not _ID.fullmatch(id_):
        yield Problem(f"{name}.id", f"{id_!r} is no id: letters, digits, hyphens and underscores")
    if "configuration" not in args:
        yield Problem(f"{name}.configuration", "missing: there is nothing to publish")
    else:
        yield from no_input_text(f"{name}.configuration", args["configuration"])


def _register_for(stack: Stack) -> Exports:
    """A publication for each deployment, which is called as the deployment is."""
    store = stack.plan.config.keys.publish
    if store is None:
        return {}
    published: dict[str, pulumi.Output[str]] = {}
    for name, place in stack.plan.publications.items():
        source = stack.endpoints[name]
        configuration = configuration_of(name, source.exports())
        arguments: PublicationArgs = {
            "store": store.value,
            "location": place.region,
            "configuration": pulumi.Output.json_dumps(configuration, sort_keys=True),
            "readers": [{"member": member} for member in source.members],
        }
        published[name] = Publication(name, arguments, stack.after(source)).resource
    return {"publications": published} if published else {}


def _sought_for(plan: "Plan", google_project: str) -> Iterator[Sought]:
    store = plan.config.keys.publish
    if store is None:
        return
    answers = {deployment.name: (deployment, answer) for deployment, answer in plan.answers}
    for name, place in plan.publications.items():
        exports = expected_exports(*answers[name], google_project)
        configuration = json.dumps(configuration_of(name, exports), sort_keys=True)
        yield from sought(name, store, place.region, configuration, google_project)


FEATURE = StackFeature(Turn.RESULTS, _register_for, _sought_for)
