"""The provider that constructs the components for programs in every language."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi.errors import InputPropertiesError
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.provider import ConstructResult

import components
from availability import __version__
from availability.input.errors import Problem
from components.package.errors import properties_error, spelling
from components.package.inputs import Reader
from components.package.schema import PACKAGE, PUBLISHER, polished
from components.registration.diagnostics import InputError, bad_input

COMPONENTS: tuple[type[pulumi.ComponentResource], ...] = (
    components.AuditLogs,
    components.Caching,
    components.Federation,
    components.Guardrails,
    components.ModelEndpoint,
    components.PrivateAccess,
    components.ProjectBaseline,
    components.Publication,
    components.ServiceAgents,
)


class Provider(ComponentProvider):
    """Pulumi's provider of components, with arguments and errors of its own."""

    def __init__(self) -> None:
        super().__init__([*COMPONENTS], PACKAGE, PUBLISHER, __version__)
        self.schema = polished(self.schema or "{}")
        arguments = (
            name for one in self._component_defs.values() for name in one.inputs_mapping.values()
        )
        self._spell = spelling(self._type_defs.values(), arguments)

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: Any,
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        """Constructs a component; its inputs are opened already.

        Raises InputPropertiesError with every mistake in them, and for a refusal.
        """
        self.validate_resource_type(PACKAGE, resource_type)
        token = resource_type.rpartition(":")[2]
        definition = self._component_defs[token]
        problems: list[Problem] = []
        arguments = Reader(self._type_defs, problems).arguments(inputs, definition)
        try:
            if problems:
                under = (
                    Problem(f"{name}.{one.path}", one.message, one.suggestions) for one in problems
                )
                raise bad_input(f"the arguments of {name}", under)
            made = self._components[token](name, arguments, options)  # pyright: ignore
        except InputError as error:
            raise properties_error(name, error, inputs, self._spell) from None
        except pulumi.RunError as error:
            raise InputPropertiesError(str(error), []) from None
        return ConstructResult(made.urn, self.get_state(made, definition))
