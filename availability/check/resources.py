"""A resource of a stack or a plan, whichever tool it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from availability.check.findings import Finding
from availability.check.provider_types import ResourceType, type_of
from availability.check.values import UNKNOWN, Leaf, Unknown, leaves


@dataclass(frozen=True)
class Resource:
    """What is going to be there after an update. Read it by `pulumi_preview` or `terraform_plan`.

    `inputs` are JSON's values, with `UNKNOWN` and `Sensitive` among them.
    """

    address: str
    """Pulumi's URN, or Terraform's address."""
    type: str
    """Pulumi's type token, or Terraform's type."""
    inputs: Mapping[str, object]
    referred_as: str = ""
    """By what the `references` of others name it; by nothing where it is empty."""
    references: frozenset[str] = frozenset()
    """What its inputs are made of."""
    provider_region: str | Unknown = UNKNOWN
    """The region that its provider falls back to."""
    written_at: tuple[str, int] | None = None
    """The program's file and line, where the file says it."""

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """Every text of the inputs."""
        return leaves(self.inputs)

    @cached_property
    def known_type(self) -> ResourceType:
        """What is known of its type."""
        return type_of(self.type)

    @property
    def unknown_texts(self) -> int:
        """How many of its inputs are not known, besides those that say its place."""
        places = self.known_type.place
        return sum(leaf.value is UNKNOWN and leaf.key not in places for leaf in self.leaves)

    def __hash__(self) -> int:
        return hash(self.address)


@dataclass(frozen=True)
class Read:
    """The resources of a file, and what is to be said of the file itself."""

    resources: tuple[Resource, ...]
    findings: tuple[Finding, ...] = ()
