"""Data Access audit logs of Vertex AI: who sent requests to which model, and when.

It owns what the project logs of this one service, and of no other. The resource replaces what is
set for it, so that the component reads the project's policy first and says what would go.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import NotRequired, Self, TypedDict, cast

import pulumi
import pulumi_gcp as gcp

from availability.cloud.audit_logs import SERVICE, read_audit_logs, settings_in, warning
from availability.cloud.audit_logs import AuditLogs as Wanted
from availability.cloud.resource_types import ResourceType
from availability.input.errors import BadInput
from components.feature import Exports, Stack, StackFeature, Turn
from components.registration.arguments import unknown_keys
from components.registration.diagnostics import bad_input, warn
from components.registration.google_project import project_of, project_problems
from components.registration.readiness import child_options


class AuditLogsArgs(TypedDict):
    """What is logged; by default everything of everybody."""

    log_types: NotRequired[list[str]]
    """`ADMIN_READ`, `DATA_READ` (requests to models are of this type) and `DATA_WRITE`."""
    exempted_members: NotRequired[list[str]]
    """IAM members whose calls are not logged."""
    project: NotRequired[pulumi.Input[str]]
    """The Google Cloud project; by default the provider's."""


class AuditLogs(pulumi.ComponentResource):
    """The project's Data Access audit logs of Vertex AI."""

    log_types: pulumi.Output[list[str]]
    """The types that are logged."""

    def __init__(
        self, name: str, args: AuditLogsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        self._register(name, _resolve(name, args, opts), args.get("project"), opts)

    @classmethod
    def decided(cls, name: str, wanted: Wanted, opts: pulumi.ResourceOptions) -> Self:
        """The audit logs of a program that has read its keys already, in the provider's project."""
        logs = cls.__new__(cls)
        logs._register(name, wanted, None, opts)
        return logs

    def _register(
        self,
        name: str,
        wanted: Wanted,
        given_project: pulumi.Input[str] | None,
        opts: pulumi.ResourceOptions | None,
    ) -> None:
        super().__init__("vertex-residency:index:AuditLogs", name, {}, opts)
        project = project_of(self, given_project)
        self._say_what_goes(project, wanted)
        label = f"{name}-{SERVICE.partition('.')[0]}"
        gcp.projects.IAMAuditConfig(
            label,
            project=project,
            service=SERVICE,
            audit_log_configs=[
                gcp.projects.IAMAuditConfigAuditLogConfigArgs(
                    log_type=log_type, exempted_members=list(wanted.exempted_members) or None
                )
                for log_type in wanted.log_types
            ],
            opts=child_options(self, opts, ResourceType.AUDIT_CONFIG, label),
        )
        self.log_types = pulumi.Output.from_input(list(wanted.log_types))
        self.register_outputs({"logTypes": self.log_types})

    def _say_what_goes(self, project: pulumi.Input[str], wanted: Wanted) -> None:
        """Read what is set so far, and warn of what would not be kept."""
        if not isinstance(project, str):
            warn(warning(None, wanted, "the project is known only later"), self)
            return
        try:
            policy = gcp.projects.get_iam_policy(
                project=project, opts=pulumi.InvokeOptions(parent=self)
            )
            before = settings_in(policy.policy_data)
        except Exception as why:  # Pulumi raises no narrower one where a read failed
            warn(warning(None, wanted, str(why)), self)
        else:
            warn(warning(before, wanted), self)


def _resolve(name: str, args: AuditLogsArgs, opts: pulumi.ResourceOptions | None) -> Wanted:
    """What is logged. Raises RunError with every mistake."""
    problems = list(project_problems(f"{name}.project", args.get("project"), opts))
    problems += unknown_keys(name, args, AuditLogsArgs)
    values = cast("Mapping[str, object]", args)
    given = {key: values[key] for key in ("log_types", "exempted_members") if key in values}
    wanted = None
    try:
        wanted = read_audit_logs(given, in_python=True)
    except BadInput as error:
        problems += [replace(wrong, path=name + wrong.path) for wrong in error.problems]
    if problems or wanted is None:
        raise bad_input(f"the arguments of {name}", problems)
    return wanted


def _register_for(stack: Stack) -> Exports:
    wanted = stack.plan.config.keys.audit_logs
    if wanted is not None:
        AuditLogs.decided("audit", wanted, stack.after())
    return {}


FEATURE = StackFeature(Turn.SURROUNDINGS, _register_for)
